//! The fingerprint against `fpcalc -raw` 1.5.1 (Debian libchromaprint-tools), and over codings of one recording.

use timeside::analyzers::fingerprint::matching::align;
use timeside_tests::{analyse, numbers, shared};

/// Of `reference/wav/real_orchestral_mo_15s.wav`.
const ORCHESTRAL: [u32; 100] = [
    927_107_584,
    906_140_416,
    637_701_120,
    906_462_225,
    1_980_022_817,
    1_980_518_432,
    1_980_702_752,
    4_279_115_888,
    4_228_784_964,
    4_241_360_468,
    4_237_102_700,
    4_237_056_617,
    4_237_097_579,
    4_270_107_242,
    4_270_098_922,
    4_135_892_218,
    4_261_732_570,
    1_577_320_666,
    2_114_388_186,
    2_114_064_634,
    1_007_816_938,
    1_009_922_506,
    955_387_467,
    951_261_898,
    412_105_434,
    412_102_346,
    210_773_578,
    78_648_906,
    16_040_906,
    15_648_138,
    15_398_282,
    61_533_582,
    44_759_454,
    116_050_366,
    115_998_142,
    107_536_830,
    237_560_030,
    241_746_206,
    246_055_226,
    1_319_870_766,
    1_319_674_670,
    1_319_674_670,
    3_468_210_735,
    3_464_081_947,
    3_392_709_369,
    3_390_612_136,
    3_394_806_440,
    3_386_417_644,
    3_369_705_508,
    3_371_794_464,
    3_630_809_120,
    1_483_362_336,
    1_546_286_880,
    1_546_309_152,
    1_412_090_400,
    1_412_352_528,
    372_177_155,
    372_230_146,
    372_018_178,
    372_020_306,
    908_955_762,
    909_086_818,
    909_021_410,
    900_641_762,
    883_867_619,
    615_365_585,
    627_947_969,
    774_764_608,
    1_043_200_064,
    1_043_297_379,
    1_043_149_026,
    2_121_019_618,
    2_079_142_818,
    2_028_942_978,
    2_091_587_202,
    2_091_458_194,
    1_957_248_690,
    1_957_378_738,
    1_420_507_778,
    1_554_528_896,
    1_571_301_760,
    1_340_614_816,
    1_328_031_904,
    1_529_374_948,
    422_111_276,
    960_407_580,
    993_963_277,
    2_077_732_110,
    2_075_430_686,
    2_077_527_870,
    4_216_621_886,
    3_947_146_031,
    3_930_958_381,
    3_939_473_964,
    3_935_214_116,
    3_935_223_588,
    1_787_477_028,
    1_850_446_948,
    1_846_135_972,
    1_712_917_668,
];

/// The first of `samples/real/music30s_44k_st.flac`, which has 221.
const MUSIC: [u32; 40] = [
    3_742_527_311,
    3_742_529_294,
    3_742_586_126,
    3_746_895_166,
    3_730_122_030,
    3_755_434_302,
    3_753_333_022,
    3_585_458_526,
    3_585_458_687,
    3_589_588_477,
    3_312_764_381,
    3_312_764_413,
    3_346_518_508,
    3_346_457_068,
    3_354_812_876,
    3_304_411_468,
    3_296_020_276,
    1_147_457_316,
    1_147_535_136,
    1_417_129_760,
    1_417_127_169,
    1_410_774_337,
    1_410_764_993,
    1_429_635_265,
    1_463_189_697,
    1_580_630_177,
    2_117_571_745,
    2_117_575_843,
    4_265_075_922,
    4_265_074_258,
    4_000_763_430,
    4_008_954_406,
    3_941_662_246,
    3_941_658_142,
    3_941_656_078,
    2_857_431_583,
    2_857_407_037,
    2_856_374_828,
    2_852_180_524,
    2_868_965_932,
];

fn fingerprint(path: &str) -> Option<Vec<u32>> {
    let results = analyse(&shared(path)?, &["fingerprint".into()]);
    let rows = numbers(&results, "fingerprint");
    Some(rows.into_iter().map(|bits| bits as u32).collect())
}

/// Resampling is ours: where a value lies on a threshold, a bit may turn. None of these does.
#[test]
fn sub_fingerprints_are_those_of_fpcalc() {
    for (path, rows, want) in [
        (
            "reference/wav/real_orchestral_mo_15s.wav",
            100,
            &ORCHESTRAL[..],
        ),
        ("samples/real/music30s_44k_st.flac", 221, &MUSIC),
    ] {
        let Some(got) = fingerprint(path) else { return };
        assert_eq!(got.len(), rows, "{path}");
        let found = align(&got[..want.len()], want, want.len()).unwrap();
        assert!(found.bit_error_rate < 0.002, "{path}: {found:?}");
    }
}

#[test]
fn codings_of_one_recording_match_and_two_recordings_do_not() {
    let Some(original) = fingerprint("samples/real/music30s_44k_st.flac") else {
        return;
    };
    for coding in ["cbr.mp3", "vbr.mp3", "m4a", "ogg", "opus"] {
        let Some(coded) = fingerprint(&format!("samples/real/music30s_44k_st.{coding}")) else {
            return;
        };
        let found = align(&original, &coded, 100).unwrap();
        assert_eq!(found.offset_rows, 0, "{coding}");
        assert!(found.bit_error_rate < 0.05, "{coding}: {found:?}");
    }
    let Some(other) = fingerprint("samples/real/speech30s_44k_mo.flac") else {
        return;
    };
    let found = align(&original, &other, 100).unwrap();
    assert!(found.bit_error_rate > 0.35, "{found:?}");
}
