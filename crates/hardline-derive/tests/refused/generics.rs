use hardline_derive::{Persist, Request, Response, Shaped, Wire};

#[derive(Request)]
struct Lifetime<'a> {
    field: &'a str,
}

#[derive(Response)]
struct Type<T> {
    field: T,
}

#[derive(Wire)]
struct Number<const N: usize> {
    field: [u8; N],
}

#[derive(Shaped)]
struct Operation<T> {
    field: T,
}

#[derive(Persist)]
struct SavedLifetime<'a> {
    field: &'a str,
}

#[derive(Persist)]
struct SavedNumber<const N: usize> {
    field: [u8; N],
}

#[derive(Persist)]
struct WithDefault<T = u8> {
    field: T,
}

#[derive(Persist)]
struct Where<T>
where
    T: Clone,
{
    field: T,
}

#[derive(Persist)]
struct WhereAtTheEnd<T>(T)
where
    T: Clone;

fn main() {}
