//! A medium behind an address of which more must come before it can be opened.

use super::medium::{self, Bytes};
use super::remote::Remote;
use super::{Host, Session};
use crate::{Error, OpenSource};
use std::rc::Rc;
use timeside_protocol::OpenOptions;

/// An `Open` command that waits for bytes.
pub(super) struct Opening {
    request: u32,
    number: u32,
    options: OpenOptions,
    remote: Remote,
    waits_for: Option<u64>,
}

impl Opening {
    pub(super) fn new(request: u32, number: u32, options: OpenOptions, remote: Remote) -> Self {
        Self {
            request,
            number,
            options,
            remote,
            waits_for: None,
        }
    }

    pub(super) fn request(&self) -> u32 {
        self.request
    }

    pub(super) fn number(&self) -> u32 {
        self.number
    }

    pub(super) fn remote(&mut self) -> &mut Remote {
        &mut self.remote
    }

    /// Asks for what it misses.
    pub(super) fn read_ahead(&mut self, host: &impl Host) {
        self.remote
            .read_ahead(host, self.number, self.waits_for.into_iter());
    }

    fn can_go_on(&self) -> bool {
        self.waits_for.is_none_or(|at| self.remote.has_come(at))
    }
}

impl<H: Host> Session<H> {
    /// Tries to open the next medium of which more has come; false if there is none.
    pub(super) fn work_opening(&mut self) -> bool {
        let Some(at) = self.opening.iter().position(Opening::can_go_on) else {
            return false;
        };
        let mut opening = self.opening.swap_remove(at);
        let source = opening.remote.source();
        let open_source: OpenSource = Rc::new(move || Ok(Box::new(source.clone())));
        match medium::open(&open_source, &opening.options) {
            Ok(media) => {
                let Opening {
                    request,
                    number,
                    options,
                    remote,
                    ..
                } = opening;
                self.opened(request, number, media, Bytes::Remote(remote), options);
            }
            Err(Error::NotYet { at }) => {
                opening.waits_for = Some(at);
                opening.read_ahead(&self.host);
                self.opening.push(opening);
            }
            Err(error) => self.fail(opening.request, &error),
        }
        true
    }
}
