//! The order of work: what somebody hears, what somebody looks at, then runs, then hashes, then the background reads.

use super::feed::Feed;
use super::medium::{self, NextColumn};
use super::run::RunTask;
use super::{Host, Session};
use crate::media::SamplesTask;
use crate::{Error, Result, SpectrogramImage, SpectrogramTask};
use timeside_protocol::{Array, Attachments, ChannelPeaks, Event, Magnitudes};

/// What somebody looks at and waits for: it goes before runs, and these before the background read.
pub(super) enum Interactive {
    Samples(Box<SamplesTask>),
    Peaks {
        start: Option<f64>,
        end: Option<f64>,
        pixels: usize,
    },
    Spectrogram(Box<SpectrogramTask>),
    Picture {
        index: usize,
    },
}

pub(super) struct Asked {
    pub(super) request: u32,
    pub(super) media: u32,
    pub(super) what: Interactive,
    /// What of the medium it misses and waits for.
    pub(super) waits_for: Option<u64>,
}

enum Answer {
    Told(Box<Event>, Attachments),
    /// It needs another slice.
    Later(Asked),
}

impl<H: Host> Session<H> {
    /// Does the most urgent thing; false if there is none.
    pub(super) fn work(&mut self, deadline_ms: f64) -> bool {
        self.work_opening()
            || self.work_feed()
            || self.work_asked()
            || self.work_run(deadline_ms)
            || self.work_hash(deadline_ms)
            || self.work_sketch(deadline_ms)
            || self.work_view(deadline_ms)
            || self.work_read(deadline_ms)
    }

    fn work_asked(&mut self) -> bool {
        // A spectrogram takes many slices: samples and peaks go between them, the next spectrogram does not,
        // since two that read by turns would only seek.
        let is_short = |a: &Asked| !matches!(a.what, Interactive::Spectrogram(_));
        let can_go_on = |a: &Asked| {
            let medium = self.media.get(&a.media);
            let is_recalled = !matches!(a.what, Interactive::Peaks { .. })
                || medium.is_none_or(|m| !m.picture.is_asked_for());
            is_recalled && medium.is_none_or(|m| m.has_come(a.waits_for)) && !self.must_wait(a)
        };
        let short = (self.asked.iter()).position(|a| is_short(a) && can_go_on(a));
        let first = self.asked.iter().position(|a| !is_short(a));
        let first = first.filter(|at| self.asked.get(*at).is_some_and(can_go_on));
        let Some(at) = short.or(first) else {
            return false;
        };
        let Some(asked) = self.asked.remove(at) else {
            return false;
        };
        let request = asked.request;
        match self.answer(asked) {
            Ok(Answer::Told(event, arrays)) => self.host.tell(&event, arrays),
            Ok(Answer::Later(asked)) => self.asked.push_front(asked),
            Err(error) => self.fail(request, &error),
        }
        true
    }

    /// True if the bytes for it are on their way: meanwhile other work goes on.
    fn must_wait(&self, asked: &Asked) -> bool {
        let (Interactive::Spectrogram(task), Some(medium)) =
            (&asked.what, self.media.get(&asked.media))
        else {
            return false;
        };
        medium.next_column(task) == NextColumn::Wait
    }

    fn answer(&mut self, asked: Asked) -> Result<Answer> {
        let Asked {
            request,
            media,
            what,
            ..
        } = asked;
        let medium = self.media.get_mut(&media).ok_or_else(medium::closed)?;
        let mut arrays = Attachments::default();
        let event = match what {
            Interactive::Samples(mut task) => {
                match task.advance(&mut medium.media) {
                    Err(Error::NotYet { at }) => {
                        return Ok(Answer::Later(Asked {
                            request,
                            media,
                            what: Interactive::Samples(task),
                            waits_for: Some(at),
                        }));
                    }
                    other => other?,
                }
                Event::Samples {
                    request,
                    channels: (task.into_samples().into_iter())
                        .map(|c| arrays.add(Array::F32(c)))
                        .collect(),
                }
            }
            Interactive::Peaks { start, end, pixels } => {
                let peaks = medium.peaks(&self.host, start, end, pixels)?;
                let mut add = |v| arrays.add(Array::F32(v));
                let channels = peaks.channels.into_iter().map(|c| ChannelPeaks {
                    min: add(c.min),
                    max: add(c.max),
                    rms: add(c.rms),
                });
                Event::Peaks {
                    request,
                    exact: peaks.exact,
                    start: peaks.start_secs,
                    end: peaks.end_secs,
                    channels: channels.collect(),
                }
            }
            Interactive::Picture { index } => Event::Picture {
                request,
                data: arrays.add(Array::U8(medium.media.picture(index)?)),
            },
            Interactive::Spectrogram(mut task) => {
                let (is_done, waits_for) = match medium.draw(&mut task) {
                    Err(Error::NotYet { at }) => (false, Some(at)),
                    other => (other?, None),
                };
                if !is_done {
                    if let Some(part) = task.take_part() {
                        let event = spectrogram_event(request, part, false, &mut arrays);
                        self.host.tell(&event, arrays);
                    }
                    return Ok(Answer::Later(Asked {
                        request,
                        media,
                        what: Interactive::Spectrogram(task),
                        waits_for,
                    }));
                }
                spectrogram_event(request, task.into_image(), true, &mut arrays)
            }
        };
        Ok(Answer::Told(Box::new(event), arrays))
    }

    fn work_run(&mut self, deadline_ms: f64) -> bool {
        let Some(at) = self
            .runs
            .iter()
            .position(|r| r.may_go_on(self.media.get(&r.media)))
        else {
            return false;
        };
        let Some(mut run) = self.runs.remove(at) else {
            return false;
        };
        let Some(medium) = self.media.get(&run.media) else {
            return true;
        };
        let advanced = run
            .start(&self.host, &self.registry, medium)
            .and_then(|()| run.advance(&self.host, medium, deadline_ms));
        match advanced {
            // Behind the others: they take turns.
            Ok(()) => self.runs.push_back(run),
            Err(error) => self.fail(run.request, &error),
        }
        true
    }

    /// The media whose SHA-1 somebody waits for: who asked for it, or a run that is otherwise done.
    fn is_hash_wanted(&self, media: u32) -> bool {
        self.hashes.iter().any(|(_, m)| *m == media)
            || self
                .runs
                .iter()
                .any(|r| r.media == media && !r.is_running())
    }

    fn work_hash(&mut self, deadline_ms: f64) -> bool {
        let wanted = self
            .media
            .iter()
            .find(|(number, medium)| self.is_hash_wanted(**number) && medium.can_hash());
        let Some((&number, _)) = wanted else {
            return false;
        };
        let Some(medium) = self.media.get_mut(&number) else {
            return false;
        };
        match medium.advance_hash(&self.host, deadline_ms) {
            Ok(None) => {}
            Ok(Some(sha1)) => self.tell_hash(number, &Ok(sha1)),
            Err(error) => self.tell_hash(number, &Err(error)),
        }
        true
    }

    /// Answers all that waited for the SHA-1 of a medium.
    fn tell_hash(&mut self, number: u32, sha1: &Result<String>) {
        for (request, _) in self.hashes.extract_if(.., |(_, media)| *media == number) {
            let event = match sha1 {
                Ok(sha1) => Event::Sha1 {
                    request,
                    sha1: sha1.clone(),
                },
                Err(error) => Event::Failed {
                    request,
                    error: error.into(),
                },
            };
            self.host.tell(&event, Attachments::default());
        }
        while let Some(at) = self
            .runs
            .iter()
            .position(|r| r.media == number && !r.is_running())
        {
            let Some(run) = self.runs.remove(at) else {
                return;
            };
            run.tell_results(&self.host, sha1);
        }
    }

    fn work_read(&mut self, deadline_ms: f64) -> bool {
        let Some(medium) = self.media.values_mut().find(|m| m.can_read()) else {
            return false;
        };
        medium.read_on(&self.host, deadline_ms);
        true
    }

    pub(super) fn read_ahead(&mut self) {
        let numbers: Vec<u32> = self.media.keys().copied().collect();
        for number in numbers {
            let is_hash_wanted = self.is_hash_wanted(number);
            let asked = (self.asked.iter())
                .filter(|a| a.media == number)
                .filter_map(|a| a.waits_for);
            let feeds = (self.feeds.iter())
                .filter(|f| f.media == number)
                .filter_map(Feed::wanted_byte);
            let runs = (self.runs.iter())
                .filter(|r| r.media == number)
                .filter_map(RunTask::wanted_byte);
            let readers = feeds.chain(asked).chain(runs);
            let spectrogram = self.asked.iter().find_map(|a| match &a.what {
                Interactive::Spectrogram(task) if a.media == number => Some(&**task),
                _ => None,
            });
            if let Some(medium) = self.media.get_mut(&number) {
                medium.read_ahead(&self.host, spectrogram, readers, is_hash_wanted);
            }
        }
        for opening in &mut self.opening {
            opening.read_ahead(&self.host);
        }
    }
}

/// The event that tells an image, whole or in the making.
fn spectrogram_event(
    request: u32,
    image: SpectrogramImage,
    is_whole: bool,
    arrays: &mut Attachments,
) -> Event {
    let picture = Magnitudes {
        width: image.width,
        height: image.height,
        data: arrays.add(Array::U8(image.data)),
        min_db: image.min_db.into(),
        max_db: image.max_db.into(),
        complete: image.complete,
    };
    if is_whole {
        Event::Spectrogram { request, picture }
    } else {
        Event::SpectrogramPart { request, picture }
    }
}
