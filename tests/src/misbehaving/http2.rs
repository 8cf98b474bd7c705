use std::io::{Read, Result, Write};
use std::net::Shutdown;
use std::time::Duration;

use super::Session;

/// The server's side of an HTTP/2 connection, frame by frame, so that it can do what no library would.
pub struct H2(Session);

struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: Vec<u8>,
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const END_OF_STREAM: u8 = 1;
const ACKNOWLEDGED: u8 = 1;
const END_OF_HEADERS: u8 = 4;

impl H2 {
    /// Reads the client's preface and sends the server's.
    ///
    /// # Errors
    /// The connection's.
    pub fn accept(mut connection: Session) -> Result<Self> {
        connection.read_exact(&mut [0; 24])?;
        let mut server = Self(connection);
        server.send(SETTINGS, 0, 0, &[])?;
        Ok(server)
    }

    /// Accepts a connection whose client chose HTTP/2, and gives back any other.
    ///
    /// # Errors
    /// The connection's.
    pub fn accept_or_else(mut connection: Session) -> Result<std::result::Result<Self, Session>> {
        while connection.conn.is_handshaking() {
            connection.conn.complete_io(&mut connection.sock)?;
        }
        if connection.conn.alpn_protocol() == Some(b"h2") {
            Self::accept(connection).map(Ok)
        } else {
            Ok(Err(connection))
        }
    }

    /// Returns the stream of the next request, and responds to other frames as required.
    ///
    /// # Errors
    /// The connection's.
    pub fn next_request(&mut self) -> Result<u32> {
        loop {
            let frame = self.read()?;
            match frame.kind {
                HEADERS => return Ok(frame.stream),
                SETTINGS if frame.flags & ACKNOWLEDGED == 0 => {
                    self.send(SETTINGS, ACKNOWLEDGED, 0, &[])?;
                }
                PING if frame.flags & ACKNOWLEDGED == 0 => {
                    self.send(PING, ACKNOWLEDGED, 0, &frame.payload)?;
                }
                _ => {}
            }
        }
    }

    /// Reads the body of a request that is no larger than the first window.
    ///
    /// # Errors
    /// The connection's.
    pub fn body(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let frame = self.read()?;
            if frame.kind == DATA {
                body.extend_from_slice(&frame.payload);
                if frame.flags & END_OF_STREAM != 0 {
                    return Ok(body);
                }
            } else if frame.kind == SETTINGS && frame.flags & ACKNOWLEDGED == 0 {
                self.send(SETTINGS, ACKNOWLEDGED, 0, &[])?;
            }
        }
    }

    /// Waits until the client ends a stream; returns the stream and the error code.
    ///
    /// # Errors
    /// The connection's.
    pub fn next_reset(&mut self) -> Result<(u32, u32)> {
        loop {
            let frame = self.read()?;
            if let (RESET, &[a, b, c, d]) = (frame.kind, &*frame.payload) {
                return Ok((frame.stream, u32::from_be_bytes([a, b, c, d])));
            }
        }
    }

    /// Reads everything and responds to nothing, not even pings, until the client hangs up.
    pub fn fall_silent(&mut self) {
        while self.read().is_ok() {}
    }

    /// Responds with status 200 and a body.
    ///
    /// # Errors
    /// The connection's.
    pub fn answer(&mut self, stream: u32, body: &[u8]) -> Result<()> {
        self.head(stream)?;
        self.send(DATA, END_OF_STREAM, stream, body)
    }

    /// Responds with status 200 and the beginning of a body.
    ///
    /// # Errors
    /// The connection's.
    pub fn answer_half(&mut self, stream: u32, body: &[u8]) -> Result<()> {
        self.head(stream)?;
        self.send(DATA, 0, stream, body)
    }

    /// Ends a stream with an error.
    ///
    /// # Errors
    /// The connection's.
    pub fn reset(&mut self, stream: u32, code: u32) -> Result<()> {
        self.send(RESET, 0, stream, &code.to_be_bytes())
    }

    /// Announces that streams after this one are not processed, and that there will be no more.
    ///
    /// # Errors
    /// The connection's.
    pub fn go_away(&mut self, last: u32, code: u32) -> Result<()> {
        let payload = [last.to_be_bytes(), code.to_be_bytes()].concat();
        self.send(GOAWAY, 0, 0, &payload)
    }

    /// Sends an invalid frame: settings whose length is no multiple of six.
    ///
    /// # Errors
    /// The connection's.
    pub fn babble(&mut self) -> Result<()> {
        self.send(SETTINGS, 0, 0, &[0])
    }

    /// Hangs up. What the client has sent is read first: with bytes unread the connection would be reset, and the client
    /// might lose what came before.
    pub fn close(&mut self) {
        let _ = self.0.sock.shutdown(Shutdown::Write);
        let _ = self.0.sock.set_read_timeout(Some(Duration::from_secs(1)));
        let _ = std::io::copy(&mut self.0.sock, &mut std::io::sink());
        let _ = self.0.sock.shutdown(Shutdown::Both);
    }

    fn head(&mut self, stream: u32) -> Result<()> {
        // `:status: 200` is entry 8 of HPACK's static table.
        self.send(HEADERS, END_OF_HEADERS, stream, &[0x88])
    }

    fn read(&mut self) -> Result<Frame> {
        let mut head = [0; 9];
        self.0.read_exact(&mut head)?;
        let [a, b, c, kind, flags, stream @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        self.0.read_exact(&mut payload)?;
        Ok(Frame {
            kind,
            flags,
            stream: u32::from_be_bytes(stream),
            payload,
        })
    }

    fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Result<()> {
        let length = u32::try_from(payload.len()).expect("frames are short here");
        let [_, a, b, c] = length.to_be_bytes();
        let mut frame = vec![a, b, c, kind, flags];
        frame.extend_from_slice(&stream.to_be_bytes());
        frame.extend_from_slice(payload);
        self.0.write_all(&frame)?;
        self.0.flush()
    }
}
