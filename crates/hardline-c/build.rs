//! The name by which programs look for the shared library: with the part of the version that says what is compatible.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let part = |name: &str| env::var(name).unwrap_or_default();
    let major = part("CARGO_PKG_VERSION_MAJOR");
    let compatible = if major == "0" {
        format!("0.{}", part("CARGO_PKG_VERSION_MINOR"))
    } else {
        major
    };
    match part("CARGO_CFG_TARGET_OS").as_str() {
        "macos" => println!(
            "cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libhardline.{compatible}.dylib"
        ),
        "linux" | "freebsd" | "netbsd" | "openbsd" | "android" => {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libhardline.so.{compatible}")
        }
        _ => {}
    }
}
