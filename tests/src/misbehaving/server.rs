use std::fmt;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

/// A server, which is there until this is dropped.
///
/// Tests start hundreds of them in one program, and curl, as isahc builds it, cannot use a socket whose number is above 1023:
/// servers that stayed until the program ends would let it connect to nothing any more, in whatever test comes last.
#[must_use = "the server is gone with this"]
pub struct Server {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

/// Starts a server. `serve` is called for each connection, on a thread of its own, with its number.
///
/// # Panics
/// Where no port is free.
pub fn start(serve: impl Fn(usize, TcpStream) + Send + Sync + 'static) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    let is_over = Arc::new(AtomicBool::new(false));
    let serve = Arc::new(serve);
    let seen = Arc::clone(&is_over);
    let accepting = thread::spawn(move || {
        for (number, connection) in listener.incoming().enumerate() {
            if seen.load(Ordering::Acquire) {
                return;
            }
            let serve = Arc::clone(&serve);
            let connection = connection.expect("a connection is accepted");
            // What is written in pieces would wait for the client otherwise.
            let _ = connection.set_nodelay(true);
            thread::spawn(move || serve(number, connection));
        }
    });
    Server {
        address,
        is_over,
        accepting: Some(accepting),
    }
}

impl Server {
    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.address.port()
    }
}

/// Its address and port.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(f)
    }
}

impl Drop for Server {
    /// Waits until it listens no more. Connections that it has accepted end as they would otherwise.
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Release);
        // It waits for a connection, so it gets one.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            // Where it has panicked, it listens no more either.
            let _ = accepting.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::start;

    #[test]
    fn a_server_that_is_dropped_listens_no_more() {
        let held = Arc::new(());
        let holder = Arc::clone(&held);
        let server = start(move |_, _| drop(Arc::clone(&holder)));
        assert_eq!(Arc::strong_count(&held), 2);
        drop(server);
        // Who accepts holds the socket together with this.
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
