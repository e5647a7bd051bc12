use super::*;

/// A server that misbehaves as told.
#[derive(Clone, Default)]
struct Server {
    file: Vec<u8>,
    log: Arc<Mutex<Vec<Range<u64>>>>,
    /// Fails every request whose number this divides.
    fails_every: Option<usize>,
    /// Sends at most so many bytes.
    sends: Option<usize>,
    /// From this request on the file is another.
    changes_at: Option<usize>,
    grows: bool,
    hides_length: bool,
}

impl Fetch for Server {
    fn fetch(&mut self, range: Range<u64>) -> Result<Fetched> {
        let mut log = self.log.lock().unwrap();
        log.push(range.clone());
        if self
            .fails_every
            .is_some_and(|n| log.len().is_multiple_of(n))
        {
            return Err(Error::Network("the connection broke".into()));
        }
        let has_changed = self.changes_at.is_some_and(|at| log.len() >= at);
        let end = (range.end as usize).min(self.file.len());
        let mut bytes = self.file[range.start as usize..end].to_vec();
        bytes.truncate(self.sends.unwrap_or(usize::MAX));
        Ok(Fetched {
            bytes,
            total: (!self.hides_length)
                .then_some(self.file.len() as u64 + u64::from(has_changed && self.grows)),
            validator: Some(if has_changed && !self.grows {
                "b".into()
            } else {
                "a".into()
            }),
        })
    }
}

const LIMITS: Limits = Limits {
    block_bytes: 100,
    max_request_bytes: 400,
    cache_bytes: 1000,
    tries: 3,
};

fn server(bytes: usize) -> Server {
    Server {
        file: (0..bytes).map(|i| (i * 7 % 251) as u8).collect(),
        ..Server::default()
    }
}

fn open(server: &Server) -> RangedSource {
    RangedSource::open(Box::new(server.clone()), LIMITS).unwrap()
}

fn read_all(source: &mut RangedSource) -> Vec<u8> {
    let mut bytes = Vec::new();
    source.read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn all_is_read_in_growing_requests_and_bounded_memory() {
    let server = server(5_030);
    let mut source = open(&server);
    assert_eq!(read_all(&mut source), server.file);
    let counters = source.cache().counters();
    assert_eq!(counters.fetched_bytes, 5_030);
    assert!(counters.requests < 20, "{counters:?}");
    assert!(source.cache().held_bytes() <= LIMITS.cache_bytes);
}

#[test]
fn what_is_held_is_not_fetched_again() {
    let server = server(900);
    let mut source = open(&server);
    read_all(&mut source);
    let before = source.cache().counters().requests;
    source.seek(SeekFrom::Start(333)).unwrap();
    assert_eq!(read_all(&mut source), server.file[333..]);
    let mut other = source.clone();
    other.seek(SeekFrom::End(-50)).unwrap();
    assert_eq!(read_all(&mut other), server.file[850..]);
    assert_eq!(source.cache().counters().requests, before);
}

#[test]
fn breaks_are_tried_again_and_end_in_an_error() {
    let flaky = Server {
        fails_every: Some(2),
        ..server(3_000)
    };
    assert_eq!(read_all(&mut open(&flaky)), flaky.file);
    let dead = Server {
        fails_every: Some(1),
        ..server(3_000)
    };
    assert_eq!(
        RangedSource::open(Box::new(dead.clone()), LIMITS)
            .unwrap_err()
            .code(),
        "network"
    );
    assert_eq!(dead.log.lock().unwrap().len(), 3);
}

#[test]
fn short_answers_are_completed_and_empty_ones_refused() {
    let short = Server {
        sends: Some(30),
        ..server(700)
    };
    assert_eq!(read_all(&mut open(&short)), short.file);
    let empty = Server {
        sends: Some(0),
        ..server(700)
    };
    let error = Error::from(open(&empty).read(&mut [0; 9]).unwrap_err());
    assert_eq!(error.code(), "network");
}

#[test]
fn a_file_that_changes_is_a_conflict() {
    for grows in [false, true] {
        let server = Server {
            changes_at: Some(3),
            grows,
            ..server(3_000)
        };
        let error = open(&server).read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(Error::from(error).code(), "conflict");
    }
}

#[test]
fn a_length_must_be_told() {
    let server = Server {
        hides_length: true,
        ..server(3_000)
    };
    assert_eq!(
        RangedSource::open(Box::new(server), LIMITS)
            .unwrap_err()
            .code(),
        "no-range"
    );
}

#[test]
fn what_is_put_in_from_outside_saves_requests() {
    let server = server(2_050);
    let mut source = open(&server);
    let cache = source.cache();
    assert_eq!(cache.missing_ahead(0, 350), Some(100..400));
    assert_eq!(cache.missing_ahead(50, 10_000), Some(100..500));
    assert_eq!(cache.missing_ahead(0, 50), None);
    for _ in 0..3 {
        let range = cache.missing_ahead(0, 500).unwrap_or(0..0);
        let bytes = server.file[range.start as usize..range.end as usize].to_vec();
        cache
            .insert(
                range.start,
                &Fetched {
                    bytes,
                    total: Some(2_050),
                    validator: None,
                },
            )
            .unwrap();
    }
    assert!(cache.has(0..500));
    assert!(!cache.has(0..501));
    let mut bytes = vec![0; 500];
    source.read_exact(&mut bytes).unwrap();
    assert_eq!(bytes, server.file[..500]);
    assert_eq!(cache.counters().requests, 1);
    // The last block is short, and whole.
    cache
        .insert(
            2_000,
            &Fetched {
                bytes: server.file[2_000..].to_vec(),
                total: None,
                validator: None,
            },
        )
        .unwrap();
    assert!(cache.has(2_000..9_999));
    // Parts of blocks are left out.
    cache
        .insert(
            1_010,
            &Fetched {
                bytes: server.file[1_010..1_190].to_vec(),
                ..Fetched::default()
            },
        )
        .unwrap();
    assert!(!cache.has(1_010..1_020));
    let stranger = Fetched {
        total: Some(9),
        ..Fetched::default()
    };
    assert_eq!(cache.insert(0, &stranger).unwrap_err().code(), "conflict");
    assert_eq!(cache.counters().requests, 1);
}

#[test]
fn past_the_end_there_is_nothing() {
    let mut source = open(&server(250));
    source.seek(SeekFrom::Start(u64::MAX)).unwrap();
    assert_eq!(source.read(&mut [0; 4]).unwrap(), 0);
    assert!(source.seek(SeekFrom::End(-251)).is_err());
    assert_eq!(source.cache().missing_ahead(250, 100), None);
    assert_eq!(source.cache().missing_ahead(u64::MAX, 100), None);
}
