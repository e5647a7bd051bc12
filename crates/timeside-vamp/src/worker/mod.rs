//! The child: loads a plugin, feeds it, and answers over the socket that is its standard input.

mod instance;
mod spectrum;

use crate::library::{Library, Plugin};
use crate::wire::{self, Feature, Request, tag};
use instance::Instance;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

/// Speaks with the program that started this one, until that hangs up.
///
/// Call it first thing in `main` when the program is started as a worker ([`Launch`](crate::Launch)), and return what
/// it returns. Its standard input must be the socket it was given; plugins may print as they like.
pub fn run() -> ExitCode {
    match converse() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("this is a worker of vamp_simple_host, started by it alone ({error})");
            ExitCode::FAILURE
        }
    }
}

fn converse() -> io::Result<()> {
    let mut socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    wire::write_message(&mut socket, tag::CONTROL, wire::GREETING.as_bytes())?;
    let requests = listen(socket.try_clone()?);
    let mut worker = Worker::default();
    let mut answer = Vec::new();
    for (kind, body) in requests {
        answer.clear();
        let kind = match worker.handle(kind, &body, &mut answer) {
            Ok(kind) => kind,
            Err(reason) => {
                answer.clear();
                answer.extend(reason.as_bytes());
                tag::REFUSAL
            }
        };
        wire::write_message(&mut socket, kind, &answer)?;
    }
    Ok(())
}

/// Reads requests in a thread of its own, so that the end of the parent ends this process even while a plugin hangs.
fn listen(mut socket: UnixStream) -> Receiver<(u8, Vec<u8>)> {
    let (sender, receiver) = sync_channel(0);
    thread::spawn(move || {
        loop {
            let mut body = Vec::new();
            match wire::read_message(&mut socket, &mut body) {
                Ok(kind) => {
                    if sender.send((kind, body)).is_err() {
                        return;
                    }
                }
                // At once: no destructor of a plugin may keep the process.
                Err(_) => std::process::abort(),
            }
        }
    });
    receiver
}

#[derive(Debug, Default)]
struct Worker {
    library: Option<(PathBuf, Rc<Library>)>,
    instance: Option<Instance>,
}

impl Worker {
    /// Writes the answer and gives its tag.
    fn handle(&mut self, kind: u8, body: &[u8], answer: &mut Vec<u8>) -> Result<u8, String> {
        let mut full = false;
        let mut put = |feature: &Feature<'_>| {
            full = full || answer.len() > wire::MESSAGE_LIMIT_BYTES / 2;
            if !full {
                wire::put_feature(answer, feature);
            }
        };
        match kind {
            tag::CONTROL => {
                let request = wire::parse(body).map_err(|_| "got a request it does not know")?;
                *answer = self.control(request)?;
                return Ok(tag::CONTROL);
            }
            tag::AUDIO => self.at_work()?.feed(body, &mut put)?,
            tag::END => self.at_work()?.finish(&mut put)?,
            _ => return Err("got a message it does not know".to_owned()),
        }
        if full {
            return Err("gives more than 128 MiB of features at once".to_owned());
        }
        Ok(tag::FEATURES)
    }

    fn at_work(&mut self) -> Result<&mut Instance, String> {
        self.instance
            .as_mut()
            .ok_or_else(|| "is not open".to_owned())
    }

    fn control(&mut self, request: Request) -> Result<Vec<u8>, String> {
        let json = match request {
            Request::List { library } => serde_json::to_vec(&self.load(&library)?.identifiers()),
            Request::Describe {
                library,
                plugin,
                sample_rate,
            } => {
                let library = self.load(&library)?;
                serde_json::to_vec(&Plugin::new(&library, &plugin, sample_rate)?.info()?)
            }
            Request::Open(open) => {
                let library = self.load(&open.library)?;
                let plugin = Plugin::new(&library, &open.plugin, open.sample_rate)?;
                let (instance, opened) = Instance::new(plugin, &open)?;
                self.instance = Some(instance);
                serde_json::to_vec(&opened)
            }
        };
        json.map_err(|e| format!("cannot be described: {e}"))
    }

    fn load(&mut self, path: &Path) -> Result<Rc<Library>, String> {
        match &self.library {
            Some((loaded, library)) if loaded == path => Ok(Rc::clone(library)),
            _ => {
                let library = Rc::new(Library::load(path)?);
                self.library = Some((path.to_owned(), Rc::clone(&library)));
                Ok(library)
            }
        }
    }
}
