//! What a session is willing to hold for its peer.

/// Bounds of one session. Each stops the peer, or a mistake on our own side, from taking memory or time
/// without end; the defaults are far above what port-forwarding needs (three headers of 60 bytes, two
/// streams for each connection).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest payload of a control frame that is read, in bytes. The payload has to be collected before it
    /// can be decoded, and the length field would allow 16 MiB of memory for eight bytes sent.
    /// DATA is passed on as it comes, so it needs no such limit.
    pub control_frame: usize,
    /// Largest header block after inflating, and before packing, in bytes. Zlib packs a thousand to one:
    /// without it 32 KiB on the wire would become 32 MiB in memory (a "zlib bomb").
    pub header_block: usize,
    /// Most headers in a block. A header costs eight bytes on the inflated wire but two heap strings here,
    /// and looking one up is linear.
    pub headers: usize,
    /// Longest name or value of a header, in bytes (CVE-2026-35469 was the lack of this in moby/spdystream).
    pub header_field: usize,
    /// Most inflated header bytes waiting in events that were not polled yet. Thirty bytes on the wire can
    /// be a full header block, so one large read could otherwise become hundreds of megabytes of events.
    pub queued_headers: usize,
    /// Most streams opened by the peer at one time; a further one is refused (RST_STREAM 3). Stops a peer
    /// that opens streams and never ends them. SPDY as Kubernetes speaks it has no such limit of its own.
    pub remote_streams: usize,
    /// Most streams opened by us at one time; a further [`open`](crate::Session::open) fails. Stops a leak
    /// on our own side from growing unseen.
    pub local_streams: usize,
    /// Most answers the session gave by itself (pings, resets) waiting to be written. Stops a peer that
    /// sends pings and never reads the answers.
    pub queued_answers: usize,
    /// Most pings of ours waiting for their echo; the oldest is forgotten beyond it, for the peer may never
    /// answer (a wedged worker of moby/spdystream does just that).
    pub pings: usize,
    /// Largest payload of a DATA frame that is sent, in bytes (at most 2²⁴−1). Go peers queue up to 50
    /// frames for each worker and write 32 KiB themselves: larger ones only fill the peer's queues.
    pub data_frame: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            control_frame: 32 * 1024,
            header_block: 16 * 1024,
            headers: 64,
            header_field: 8 * 1024,
            queued_headers: 1024 * 1024,
            remote_streams: 4096,
            local_streams: 4096,
            queued_answers: 4096,
            pings: 64,
            data_frame: 32 * 1024,
        }
    }
}
