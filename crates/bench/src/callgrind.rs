use std::io;
use std::process::Command;

/// Counts the instructions of this program with other arguments, by Valgrind. Processes that it starts do not count.
///
/// # Errors
/// If Valgrind cannot be run, or the program fails.
pub fn instructions_of(arguments: &[&str]) -> io::Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(arguments)
        .output()
        .map_err(|error| io::Error::new(error.kind(), format!("valgrind: {error}")))?;
    let told = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(io::Error::other(format!("valgrind failed: {told}")));
    }
    let counted = told.lines().find_map(|line| line.split_once("Collected :"));
    counted
        .and_then(|(_, number)| number.trim().parse().ok())
        .ok_or_else(|| io::Error::other(format!("valgrind counted nothing: {told}")))
}
