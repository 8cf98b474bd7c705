use std::io;

/// How much there is from an offset on, of so many bytes.
///
/// # Errors
/// If there is not even that much.
pub fn check_length(length: u64, at: u64) -> io::Result<u64> {
    length.checked_sub(at).ok_or_else(|| {
        let why = format!("it has {length} bytes, and the transfer goes on behind {at}");
        io::Error::new(io::ErrorKind::InvalidInput, why)
    })
}

/// Whether a sink that cannot go back is where a body goes on.
///
/// # Errors
/// If it is not.
pub fn begin_of_stream(at: u64, written: u64) -> io::Result<()> {
    if at == written {
        return Ok(());
    }
    let why = "it cannot go back: give a sink that can, such as a file";
    Err(io::Error::new(io::ErrorKind::Unsupported, why))
}
