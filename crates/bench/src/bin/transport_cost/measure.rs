use std::fs;
use std::time::{Duration, Instant};

/// How the server is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Load {
    PlainSequential,
    PlainConcurrent,
    TlsSequential,
    TlsConcurrent,
}

impl Load {
    pub(crate) const ALL: [Self; 4] = [
        Self::PlainSequential,
        Self::PlainConcurrent,
        Self::TlsSequential,
        Self::TlsConcurrent,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PlainSequential => "h1-1",
            Self::PlainConcurrent => "h1-64",
            Self::TlsSequential => "h2-1",
            Self::TlsConcurrent => "h2-64",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::PlainSequential => "plain HTTP/1.1, one after the other",
            Self::PlainConcurrent => "plain HTTP/1.1, 64 at once",
            Self::TlsSequential => "HTTP/2 over TLS, one after the other",
            Self::TlsConcurrent => "HTTP/2 over TLS, 64 at once",
        }
    }

    pub(crate) fn is_tls(self) -> bool {
        matches!(self, Self::TlsSequential | Self::TlsConcurrent)
    }

    pub(crate) fn at_once(self) -> usize {
        match self {
            Self::PlainSequential | Self::TlsSequential => 1,
            Self::PlainConcurrent | Self::TlsConcurrent => 64,
        }
    }
}

/// The cost of a block of requests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    pub(crate) wall: Duration,
    /// Of all threads of this process. Zero if the system does not report it.
    pub(crate) cpu: Duration,
}

impl Block {
    pub(crate) fn of<T>(work: impl FnOnce() -> T) -> (Self, T) {
        let (start, cpu) = (Instant::now(), cpu_time());
        let result = work();
        let block = Self {
            cpu: cpu_time().saturating_sub(cpu),
            wall: start.elapsed(),
        };
        (block, result)
    }
}

/// The CPU time of the living threads, in nanoseconds, as Linux reports it.
fn cpu_time() -> Duration {
    let threads = fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let nanos = threads.filter_map(|thread| {
        let line = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        line.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}
