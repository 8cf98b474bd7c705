use hardline_derive::{Persist, Request, Response, Shaped, Wire};

#[derive(Request)]
enum RequestOf {
    A,
}

#[derive(Response)]
enum ResponseOf {
    A(String),
}

#[derive(Wire)]
enum Part {
    A {},
}

#[derive(Shaped)]
enum Choice {
    A,
}

#[derive(Persist)]
enum Nothing {}

#[derive(Wire)]
struct Pair(String, u64);

#[derive(Persist)]
struct Empty();

#[derive(Response)]
struct Unit;

#[derive(Wire)]
union Bits {
    a: u8,
}

fn main() {}
