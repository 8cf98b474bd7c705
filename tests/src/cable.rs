//! A cable between a client and a server that can be cut.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// A port that leads to another one, until it is cut: then connections break, and new ones are refused.
pub struct Cable {
    /// Where it begins, while it is cut too.
    begin: SocketAddr,
    end: SocketAddr,
    plugged: Option<Plugged>,
}

struct Plugged {
    is_cut: Arc<AtomicBool>,
    connections: Arc<Mutex<Vec<TcpStream>>>,
    listening: JoinHandle<()>,
}

impl Cable {
    /// One that leads to this address.
    pub fn to(end: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let begin = listener.local_addr().unwrap();
        Self {
            begin,
            end,
            plugged: Some(plug(listener, end)),
        }
    }

    /// The URL of its beginning.
    pub fn url(&self) -> String {
        format!("http://{}", self.begin)
    }

    /// Breaks all connections, and refuses those that follow.
    pub fn cut(&mut self) {
        let Some(plugged) = self.plugged.take() else {
            return;
        };
        plugged.is_cut.store(true, Ordering::SeqCst);
        // It waits for a connection.
        drop(TcpStream::connect(self.begin));
        plugged.listening.join().unwrap();
        for connection in plugged.connections.lock().unwrap().drain(..) {
            // It may be closed already.
            let _ = connection.shutdown(Shutdown::Both);
        }
    }

    /// Lets connections through again.
    pub fn mend(&mut self) {
        if self.plugged.is_none() {
            let listener = TcpListener::bind(self.begin).unwrap();
            self.plugged = Some(plug(listener, self.end));
        }
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.cut();
    }
}

fn plug(listener: TcpListener, end: SocketAddr) -> Plugged {
    let is_cut = Arc::new(AtomicBool::new(false));
    let connections = Arc::new(Mutex::new(Vec::new()));
    let (cut, open) = (Arc::clone(&is_cut), Arc::clone(&connections));
    let listening = thread::spawn(move || {
        for near in listener.incoming().map_while(Result::ok) {
            if cut.load(Ordering::SeqCst) {
                return;
            }
            let far = TcpStream::connect(end).unwrap();
            let ends = [&near, &far].map(|stream| stream.try_clone().unwrap());
            open.lock().unwrap().extend(ends);
            carry(near.try_clone().unwrap(), far.try_clone().unwrap());
            carry(far, near);
        }
    });
    Plugged {
        is_cut,
        connections,
        listening,
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream) {
    thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
}
