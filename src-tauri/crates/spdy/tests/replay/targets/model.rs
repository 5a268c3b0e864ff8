//! What a session should make of what comes and of what is asked of it, written down without regard to speed: frames
//! come from the plain reader, and all rules stand in one place.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use spdy::frame::{ControlKind, Data, Frame, FrameKind, GoAway, Ping, RstStream};
use spdy::header_block::Decompressor;
use spdy::{Error, Event, GoAwayStatus, Headers, Initiator, Limits, PingId, ResetStatus, Scope, StreamId};

use super::reference::Reader;

pub(crate) struct Model {
    client: bool,
    limits: Limits,
    reader: Reader,
    unpacking: Decompressor,
    streams: BTreeMap<StreamId, Stream>,
    next: Option<StreamId>,
    last_remote: Option<StreamId>,
    next_ping: u32,
    awaited_pings: VecDeque<PingId>,
    going_away: Option<Initiator>,
    sent_go_away: bool,
    failure: Option<Error>,
    ignored: u64,
    /// What should come out, events and frames. Header blocks are left out of these.
    pub(crate) events: Vec<Event>,
    pub(crate) sent: Vec<Sent>,
    queued_headers: usize,
    queued_answers: usize,
}

#[derive(Clone, Copy)]
struct Stream {
    mine: bool,
    replied: bool,
    sending: bool,
    receiving: bool,
}

/// A frame that the session should send.
#[derive(Debug, PartialEq)]
pub(crate) enum Sent {
    Opens { stream: StreamId, headers: Headers, end: bool },
    Replies { stream: StreamId, headers: Headers, end: bool },
    Other(Frame),
}

impl Model {
    pub(crate) fn new(client: bool, limits: Limits) -> Self {
        let first = if client { 1 } else { 2 };
        Self {
            client,
            limits,
            reader: Reader::new(limits.control_frame),
            unpacking: Decompressor::new(limits),
            streams: BTreeMap::new(),
            next: StreamId::new(first),
            last_remote: None,
            next_ping: first,
            awaited_pings: VecDeque::new(),
            going_away: None,
            sent_go_away: false,
            failure: None,
            ignored: 0,
            events: Vec::new(),
            sent: Vec::new(),
            queued_headers: 0,
            queued_answers: 0,
        }
    }

    pub(crate) fn next_id(&self) -> StreamId {
        self.next.unwrap_or(StreamId::MAX)
    }

    pub(crate) fn stream_count(&self) -> usize {
        self.streams.len()
    }

    pub(crate) fn ignored_frames(&self) -> u64 {
        self.ignored + self.reader.skipped
    }

    /// All events were polled.
    pub(crate) fn take_events(&mut self) -> Vec<Event> {
        self.queued_headers = 0;
        std::mem::take(&mut self.events)
    }

    /// All output was taken.
    pub(crate) fn take_sent(&mut self) -> Vec<Sent> {
        self.queued_answers = 0;
        std::mem::take(&mut self.sent)
    }

    pub(crate) fn receive(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.usable()?;
        self.reader.feed(bytes);
        while let Some(next) = self.reader.next() {
            let result = next.and_then(|(frame, continues)| self.frame(frame, continues));
            let result = match result {
                Err(error) => match error.scope() {
                    Scope::Stream(stream) => self.fail(stream, error),
                    Scope::Connection => Err(error),
                },
                Ok(()) => Ok(()),
            };
            if let Err(error) = result {
                self.say_go_away(GoAwayStatus::ProtocolError);
                self.failure = Some(error.clone());
                return Err(error);
            }
        }
        Ok(())
    }

    fn frame(&mut self, frame: Frame, continues: bool) -> Result<(), Error> {
        let remote = self.streams.values().filter(|stream| !stream.mine).count();
        match frame {
            Frame::SynStream(frame) => {
                let stream = frame.stream;
                let headers = self.unpacking.decompress(&frame.block)?;
                let limit = self.limits.remote_streams;
                if self.sent_go_away {
                    self.ignored += 1;
                    return Ok(());
                }
                if self.streams.contains_key(&stream) {
                    return Err(Error::DuplicateStream { stream });
                }
                if let Some(last) = self.last_remote
                    && stream <= last
                {
                    return Err(Error::StreamIdDecreased { stream, last });
                }
                self.last_remote = Some(stream);
                if remote == limit {
                    return Err(Error::StreamRefused { stream, limit });
                }
                let headers = headers.map_err(|fault| invalid(stream, fault, Initiator::Remote))?;
                let unidirectional = frame.unidirectional;
                let (sending, receiving) = (!unidirectional, !frame.end);
                if sending || receiving {
                    let state = Stream { mine: false, replied: unidirectional, sending, receiving };
                    self.streams.insert(stream, state);
                }
                self.tell(Event::Opened { stream, headers, end: frame.end })
            }
            Frame::SynReply(frame) => {
                let stream = frame.stream;
                let headers = self.unpacking.decompress(&frame.block)?;
                let Some(state) = self.streams.get_mut(&stream) else {
                    self.ignored += 1;
                    return Ok(());
                };
                if !state.mine || state.replied {
                    return Err(Error::UnexpectedReply { stream });
                }
                if !state.receiving {
                    return Err(Error::FrameAfterEnd { stream, kind: ControlKind::SynReply.into() });
                }
                state.replied = true;
                let headers = headers.map_err(|fault| invalid(stream, fault, Initiator::Remote))?;
                state.receiving = !frame.end;
                self.tell(Event::Replied { stream, headers, end: frame.end })
            }
            Frame::Headers(frame) => {
                let stream = frame.stream;
                let headers = self.unpacking.decompress(&frame.block)?;
                let Some(state) = self.streams.get_mut(&stream) else {
                    self.ignored += 1;
                    return Ok(());
                };
                if !state.receiving {
                    return Err(Error::FrameAfterEnd { stream, kind: ControlKind::Headers.into() });
                }
                let headers = headers.map_err(|fault| invalid(stream, fault, Initiator::Remote))?;
                state.receiving = !frame.end;
                self.tell(Event::Headers { stream, headers, end: frame.end })
            }
            Frame::Data(Data { stream, data, end }) => {
                let Some(state) = self.streams.get_mut(&stream) else {
                    self.ignored += u64::from(!continues);
                    return Ok(());
                };
                if !state.receiving {
                    return Err(Error::FrameAfterEnd { stream, kind: FrameKind::Data });
                }
                state.receiving = !end;
                if data.is_empty() && !end { Ok(()) } else { self.tell(Event::Data { stream, data, end }) }
            }
            Frame::RstStream(RstStream { stream, status }) => match self.streams.remove(&stream) {
                Some(_) => self.tell(Event::Reset { stream, status }),
                None => {
                    self.ignored += 1;
                    Ok(())
                }
            },
            Frame::Ping(Ping { id }) if id.is_odd() != self.client => {
                self.answer()?;
                self.sent.push(Sent::Other(Frame::Ping(Ping { id })));
                Ok(())
            }
            Frame::Ping(Ping { id }) => {
                let before = self.awaited_pings.len();
                self.awaited_pings.retain(|awaited| *awaited != id);
                if before > self.awaited_pings.len() {
                    return self.tell(Event::Pong { id });
                }
                self.ignored += 1;
                Ok(())
            }
            Frame::GoAway(GoAway { last, status }) => {
                self.going_away.get_or_insert(Initiator::Remote);
                self.tell(Event::GoAway { last, status })
            }
            Frame::Settings(settings) => self.tell(Event::Settings { settings }),
            Frame::WindowUpdate(frame) => {
                self.tell(Event::WindowUpdate { stream: frame.stream, delta: frame.delta })
            }
        }
    }

    /// The peer broke a rule on a stream.
    fn fail(&mut self, stream: StreamId, error: Error) -> Result<(), Error> {
        self.answer()?;
        let status = match error {
            Error::StreamRefused { .. } => ResetStatus::RefusedStream,
            Error::FrameAfterEnd { .. } => ResetStatus::StreamAlreadyClosed,
            Error::UnexpectedReply { .. } => ResetStatus::StreamInUse,
            _ => ResetStatus::ProtocolError,
        };
        self.sent.push(Sent::Other(Frame::RstStream(RstStream { stream, status })));
        match self.streams.remove(&stream) {
            Some(_) => self.tell(Event::Failed { stream, error }),
            None => Ok(()),
        }
    }

    fn answer(&mut self) -> Result<(), Error> {
        let limit = self.limits.queued_answers;
        if self.queued_answers == limit {
            return Err(Error::TooManyQueuedAnswers { limit });
        }
        self.queued_answers += 1;
        Ok(())
    }

    fn tell(&mut self, event: Event) -> Result<(), Error> {
        if let Event::Opened { headers, .. }
        | Event::Replied { headers, .. }
        | Event::Headers { headers, .. } = &event
        {
            self.queued_headers += headers.block_size();
        }
        self.events.push(event);
        self.forget_finished();
        let limit = self.limits.queued_headers;
        if self.queued_headers > limit { Err(Error::TooManyQueuedHeaders { limit }) } else { Ok(()) }
    }

    fn forget_finished(&mut self) {
        self.streams.retain(|_, stream| stream.sending || stream.receiving);
    }

    fn usable(&self) -> Result<(), Error> {
        match &self.failure {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }

    fn say_go_away(&mut self, status: GoAwayStatus) {
        self.sent.push(Sent::Other(Frame::GoAway(GoAway { last: self.last_remote, status })));
    }

    pub(crate) fn open_with_id(
        &mut self,
        stream: StreamId,
        headers: &Headers,
        end: bool,
    ) -> Result<(), Error> {
        self.usable()?;
        if let Some(initiator) = self.going_away {
            return Err(Error::GoingAway { initiator });
        }
        if stream.is_odd() != self.client {
            return Err(Error::StreamIdParity { stream });
        }
        let next = self.next.ok_or(Error::StreamIdsExhausted)?;
        if stream < next || self.streams.contains_key(&stream) {
            return Err(Error::StreamIdTaken { stream, next });
        }
        let limit = self.limits.local_streams;
        if self.streams.values().filter(|stream| stream.mine).count() == limit {
            return Err(Error::TooManyStreams { stream, limit });
        }
        self.next = StreamId::new(stream.get() + 2);
        let state = Stream { mine: true, replied: false, sending: !end, receiving: true };
        self.streams.insert(stream, state);
        self.sent.push(Sent::Opens { stream, headers: headers.clone(), end });
        Ok(())
    }

    pub(crate) fn reply(&mut self, stream: StreamId, headers: &Headers, end: bool) -> Result<(), Error> {
        self.usable()?;
        let state = self.streams.get_mut(&stream).ok_or(Error::StreamNotOpen { stream })?;
        if state.mine || state.replied {
            return Err(Error::NoReplyExpected { stream });
        }
        state.replied = true;
        state.sending = !end;
        self.sent.push(Sent::Replies { stream, headers: headers.clone(), end });
        self.forget_finished();
        Ok(())
    }

    pub(crate) fn send(&mut self, stream: StreamId, data: Bytes, end: bool) -> Result<(), Error> {
        self.usable()?;
        let state = self.streams.get_mut(&stream).ok_or(Error::StreamNotOpen { stream })?;
        if !state.sending {
            return Err(Error::SendAfterEnd { stream });
        }
        if !state.mine && !state.replied {
            return Err(Error::NotReplied { stream });
        }
        state.sending = !end;
        let mut parts: Vec<_> = data.chunks(self.limits.data_frame).collect();
        if parts.is_empty() && end {
            parts.push(&[]);
        }
        let last = parts.len().saturating_sub(1);
        for (index, part) in parts.into_iter().enumerate() {
            let frame = Data { stream, data: Bytes::copy_from_slice(part), end: end && index == last };
            self.sent.push(Sent::Other(Frame::Data(frame)));
        }
        self.forget_finished();
        Ok(())
    }

    pub(crate) fn reset(&mut self, stream: StreamId, status: ResetStatus) {
        if self.failure.is_none() && self.streams.remove(&stream).is_some() {
            self.sent.push(Sent::Other(Frame::RstStream(RstStream { stream, status })));
        }
    }

    pub(crate) fn ping(&mut self) -> PingId {
        let id = PingId::new(self.next_ping).unwrap();
        self.next_ping += 2;
        self.awaited_pings.push_back(id);
        if self.awaited_pings.len() > self.limits.pings {
            self.awaited_pings.pop_front();
        }
        if self.failure.is_none() {
            self.sent.push(Sent::Other(Frame::Ping(Ping { id })));
        }
        id
    }

    pub(crate) fn go_away(&mut self, status: GoAwayStatus) {
        self.going_away.get_or_insert(Initiator::Local);
        self.sent_go_away = true;
        if self.failure.is_none() {
            self.say_go_away(status);
        }
    }
}

fn invalid(stream: StreamId, fault: spdy::HeaderFault, initiator: Initiator) -> Error {
    Error::InvalidHeader { stream, fault, initiator }
}
