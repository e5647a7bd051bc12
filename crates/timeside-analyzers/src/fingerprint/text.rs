//! A fingerprint as AcoustID takes it: differences in bits of 3 and 5, as text (base64 for addresses).

/// Chromaprint's number of the algorithm.
const ALGORITHM: u8 = 1;
/// A distance that does not fit 3 bits: the rest follows in 5 others.
const LONG: u8 = 7;

/// The compressed text of a fingerprint; at most 2²⁴ − 1 sub-fingerprints of it.
pub(super) fn text(fingerprint: &[u32]) -> String {
    let fingerprint = &fingerprint[..fingerprint.len().min((1 << 24) - 1)];
    let (mut short, mut long) = (Vec::new(), Vec::new());
    let mut before = 0;
    for &bits in fingerprint {
        // Of each one the distances between the bits that changed, counted from 1; 0 ends them.
        let (mut changed, mut last) = (bits ^ before, 0);
        while changed != 0 {
            let at = changed.trailing_zeros() as u8 + 1;
            let distance = at - last;
            short.push(distance.min(LONG));
            if distance >= LONG {
                long.push(distance - LONG);
            }
            last = at;
            changed &= changed - 1;
        }
        short.push(0);
        before = bits;
    }
    let [_, a, b, c] = (fingerprint.len() as u32).to_be_bytes();
    let mut bytes = vec![ALGORITHM, a, b, c];
    pack(&short, 3, &mut bytes);
    pack(&long, 5, &mut bytes);
    base64(&bytes)
}

/// Appends numbers of `width` bits, the lowest bit first, filled up to a whole byte.
fn pack(numbers: &[u8], width: u32, bytes: &mut Vec<u8>) {
    let (mut held, mut bits) = (0_u32, 0);
    for number in numbers {
        held |= u32::from(*number) << bits;
        bits += width;
        while bits >= 8 {
            bytes.push(held as u8);
            held >>= 8;
            bits -= 8;
        }
    }
    if bits > 0 {
        bytes.push(held as u8);
    }
}

/// RFC 4648 §5, without padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..=three.len() {
            let at = bits >> (18 - 6 * digit) & 63;
            text.push(char::from(DIGITS[at as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `fpcalc` 1.5.1 with and without `-raw`, of a lone chord that repeats.
    #[test]
    fn the_text_is_that_of_fpcalc() {
        let nine = [
            703_199_067,
            703_197_531,
            694_800_731,
            694_800_731,
            694_800_763,
            694_940_027,
            694_941_035,
            694_941_547,
            703_330_171,
        ];
        let fingerprint: Vec<u32> = nine.into_iter().cycle().take(43).collect();
        assert_eq!(
            text(&fingerprint),
            "AQAAK4kiJUqSKcmEBz9gnKhx9PDx4AeMEzWOHj4e_IBxosbRw8eDHzBO1Dh6-HjwA8aJGuOMM1gZZ5zByjjjDFbGGWewMs44"
        );
        assert_eq!(text(&[]), "AQAAAA");
    }
}
