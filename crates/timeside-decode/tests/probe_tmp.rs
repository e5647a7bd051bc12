use timeside_core::*;
#[test]
fn probe() {
    for f in std::env::var("FILES").unwrap().split_whitespace() {
        let src = Box::new(std::fs::File::open(f).unwrap());
        let t = std::time::Instant::now();
        match timeside_decode::open(src, timeside_decode::Hint::for_uri(f)) {
            Err(e) => println!("{f}: ERR {} {e}", e.code()),
            Ok(mut d) => {
                println!("{f}: {:?}", d.info());
                let mut b = Block::default();
                let mut n = 0;
                loop { match d.next_block(&mut b, 8192) { Ok(0) => break, Ok(k) => n += k, Err(e) => { println!("  ERR {e}"); break } } }
                println!("  decoded {n} in {:?} info.frames {:?} warn {:?}", t.elapsed(), d.info().frames.clone(), d.info().warnings);
            }
        }
    }
}
