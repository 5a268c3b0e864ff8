//! The ports of the programs in the demo cluster, by the names of their workloads; tests and benchmarks use them.

/// `demo/echo` sends back what it gets.
pub const ECHO: u16 = 5000;
/// `demo/web`, a small web shop; its service has port 80.
pub const WEB: u16 = 8080;
/// `demo/cache` keeps values under keys, in a text protocol like that of redis.
pub const CACHE: u16 = 6379;
/// `demo/ticks` sends a line each second.
pub const TICKS: u16 = 7000;
/// `lab/discard` reads and forgets.
pub const DISCARD: u16 = 9;
/// `lab/source` answers one line, `N` or `N PAUSE`, with `N` bytes of [`source_bytes`](crate::source_bytes) after a pause
/// of so many milliseconds, and closes. It does not mind if the client has closed its side by then. `N` may end in `K` or `M`.
pub const SOURCE: u16 = 7001;
/// `lab/reset` resets the connection after one byte.
pub const RESET: u16 = 7002;
/// `lab/stall` accepts, and then neither reads nor writes.
pub const STALL: u16 = 7003;
