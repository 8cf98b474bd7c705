//! Which file of a crate imports which: paths are followed through re-exports to the file that defines the item.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::{Module, Modules};

/// The imports between the files of a crate, each with an example path.
#[derive(Debug, Default)]
pub(crate) struct Graph(BTreeMap<String, BTreeMap<String, String>>);

impl Graph {
    /// What each file uses. A re-export that the file does not use itself does not count: it only passes on others'
    /// items.
    pub(crate) fn of_uses(modules: &Modules) -> Self {
        Self::new(modules, |module| {
            let imports = module.imports.iter().filter(|import| !import.is_reexport);
            imports.map(|import| &import.path).collect()
        })
    }

    /// The same, with the re-exports of each file.
    pub(crate) fn of_uses_and_reexports(modules: &Modules) -> Self {
        Self::new(modules, |module| {
            module.imports.iter().map(|import| &import.path).collect()
        })
    }

    fn new(modules: &Modules, imports: impl Fn(&Module) -> Vec<&Vec<String>>) -> Self {
        let mut graph = Self::default();
        for (index, module) in modules.iter() {
            for path in imports(module).into_iter().chain(&module.mentions) {
                for found in resolve(modules, index, path, &mut Seen::new()) {
                    if let Found::In(other) = found {
                        graph.add(&module.file, &modules.get(other).file, path);
                    }
                }
            }
        }
        graph
    }

    fn add(&mut self, from: &str, to: &str, path: &[String]) {
        let imports = self.0.entry(from.to_owned()).or_default();
        if from != to {
            imports.entry(to.to_owned()).or_insert(path.join("::"));
        }
    }

    /// Every import: the file, the imported file, and the path.
    pub(crate) fn edges(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.0.iter().flat_map(|(from, imports)| {
            let imports = imports.iter();
            imports.map(move |(to, path)| (from.as_str(), to.as_str(), path.as_str()))
        })
    }

    /// The sets of files that import each other in circles.
    pub(crate) fn circles(&self) -> Vec<BTreeSet<&str>> {
        let reach: BTreeMap<_, _> = self.0.keys().map(|file| (file, self.reach(file))).collect();
        let mut circles = BTreeSet::new();
        for (file, reached) in &reach {
            let back = |other: &&str| {
                reach
                    .get(&(*other).to_owned())
                    .is_some_and(|it| it.contains(file.as_str()))
            };
            let circle: BTreeSet<_> = reached.iter().copied().filter(back).collect();
            if !circle.is_empty() {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }

    /// Everything that a file imports, directly or indirectly.
    fn reach(&self, file: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open = vec![file];
        while let Some(file) = open.pop() {
            for other in self.0.get(file).into_iter().flat_map(BTreeMap::keys) {
                if reached.insert(other.as_str()) {
                    open.push(other);
                }
            }
        }
        reached
    }
}

/// What a path resolves to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    Module(usize),
    /// An item that this module defines.
    In(usize),
}

/// The names being resolved, so that circular re-exports end.
type Seen = BTreeSet<(usize, String, bool)>;

fn resolve(modules: &Modules, from: usize, path: &[String], seen: &mut Seen) -> BTreeSet<Found> {
    let mut rest = path;
    let mut at = None;
    while let Some((first, others)) = rest.split_first() {
        at = match (first.as_str(), at) {
            ("crate", None) => Some(0),
            ("self", None) => Some(from),
            ("super", None) => modules.get(from).parent,
            ("super", Some(module)) => modules.get(module).parent,
            _ => break,
        };
        rest = others;
    }
    let mut found: BTreeSet<_> = match (at, rest.split_first()) {
        (Some(module), _) => BTreeSet::from([Found::Module(module)]),
        (None, None) => return BTreeSet::new(),
        (None, Some((first, others))) => {
            rest = others;
            // Other crates are not searched.
            lookup(modules, from, first, rest.is_empty(), seen)
        }
    };
    while let Some((name, others)) = rest.split_first() {
        rest = others;
        let mut next = BTreeSet::new();
        for candidate in found {
            let Found::Module(module) = candidate else {
                next.insert(candidate);
                continue;
            };
            let inner = lookup(modules, module, name, rest.is_empty(), seen);
            if inner.is_empty() {
                // It is defined by a macro somewhere in this module.
                next.insert(Found::In(module));
            }
            next.extend(inner);
        }
        found = next;
    }
    found
}

/// What a name in a module resolves to; the name is the last of a path or continues it.
fn lookup(
    modules: &Modules,
    at: usize,
    name: &str,
    is_last: bool,
    seen: &mut Seen,
) -> BTreeSet<Found> {
    let module = modules.get(at);
    let mut found = BTreeSet::new();
    if let Some(child) = module.children.get(name) {
        found.insert(Found::Module(*child));
        if !is_last {
            return found;
        }
    }
    if module.items.contains(name) {
        found.insert(Found::In(at));
    }
    let key = (at, name.to_owned(), is_last);
    if !seen.insert(key.clone()) {
        return found;
    }
    for import in &module.imports {
        if import.name.as_deref() == Some(name) {
            found.extend(resolve(modules, at, &import.path, seen));
        }
    }
    if found.is_empty() && module.in_macros.contains(name) {
        found.insert(Found::In(at));
    }
    if found.is_empty() {
        for glob in module.imports.iter().filter(|import| import.name.is_none()) {
            for whole in resolve(modules, at, &glob.path, seen) {
                if let Found::Module(other) = whole {
                    found.extend(lookup(modules, other, name, is_last, seen));
                }
            }
        }
    }
    seen.remove(&key);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `file: code` on each line.
    fn modules(files: &[(&str, &str)]) -> Modules {
        let read = |file: &str| {
            let found = files.iter().find(|(name, _)| *name == file);
            found.map(|(_, code)| (*code).to_owned())
        };
        Modules::with_tests("lib.rs", &read)
    }

    fn uses(files: &[(&str, &str)]) -> String {
        let graph = Graph::of_uses(&modules(files));
        let edges = graph.edges().map(|(from, to, _)| format!("{from}>{to}"));
        edges.collect::<Vec<_>>().join(" ").replace(".rs", "")
    }

    #[test]
    fn a_use_imports_whatever_its_form() {
        let root = ("lib.rs", "mod a; mod b;");
        let b = (
            "b.rs",
            "pub struct X; pub fn y() {} macro_rules! z { () => {} } pub(crate) use z;",
        );
        for code in [
            "use crate::b::X;",
            "use super::b::{X};",
            "use crate::{b::{self, X as Y}};",
            "use\n    crate\n    ::b\n    ::X\n;",
            "fn f() { use crate::b::X; }",
            "fn f(_: crate::b::X) {}",
            "fn f() { super::b::y(); }",
            "fn f() { vec![crate::b::X]; }",
            "use crate::b; fn f() { b::y() }",
            "use crate::b::*; fn f(_: X) {}",
            "use crate::b::*; fn f() { z!() }",
            "mod c { use super::super::b::X; }",
            "#[serde(with = \"crate::b::X\")] struct Y;",
        ] {
            assert_eq!(uses(&[root, ("a.rs", code), b]), "a>b", "{code}");
        }
        for code in [
            "",
            "/// [`crate::b::X`]\nstruct Y;",
            "// use crate::b::X;",
            "use b::X;",
            "use ::b::X;",
            "use crate::b::*; struct Y { x: u8 } fn f(y: Y) { y.x; }",
            "pub use crate::b::X;",
            "const TEXT: &str = \"crate::b::X\";",
        ] {
            assert_eq!(uses(&[root, ("a.rs", code), b]), "", "{code}");
        }
    }

    #[test]
    fn a_reexport_leads_to_the_file_that_defines() {
        let found = uses(&[
            ("lib.rs", "mod a; mod p;"),
            ("a.rs", "use crate::p::{X, Made};"),
            ("p.rs", "mod x; mod y; pub use x::*; pub use y::Made;"),
            ("p/x.rs", "pub struct X;"),
            ("p/y.rs", "make! { Made }"),
        ]);
        assert_eq!(found, "a>p/x a>p/y");
    }

    #[test]
    fn a_module_and_an_item_of_its_name_are_told_apart() {
        let found = uses(&[
            ("lib.rs", "mod a; mod decode; pub use decode::decode;"),
            ("a.rs", "use crate::decode; fn f() { decode() }"),
            ("decode.rs", "pub fn decode() {}"),
        ]);
        assert_eq!(found, "a>decode");
    }

    #[test]
    fn a_reexport_that_the_file_uses_itself_is_an_import() {
        let files = |code| {
            [
                ("lib.rs", code),
                ("a.rs", "use super::Trait; pub struct X;"),
            ]
        };
        let shown = files("mod a; pub use a::X; pub trait Trait {}");
        assert_eq!(uses(&shown), "a>lib");
        let used = files("mod a; pub use a::X; pub trait Trait { fn x() -> X; }");
        assert_eq!(uses(&used), "a>lib lib>a");
    }

    #[test]
    fn reexports_in_a_circle_come_to_an_end() {
        let found = uses(&[
            ("lib.rs", "mod a; mod b; use a::X;"),
            ("a.rs", "pub use crate::b::*;"),
            ("b.rs", "pub use crate::a::*;"),
        ]);
        assert_eq!(found, "lib>a");
    }

    #[test]
    fn circles_are_whole_and_no_bystander_is_in_them() {
        let modules = modules(&[
            ("lib.rs", "mod a; mod b; mod c; mod d; mod e;"),
            ("a.rs", "use crate::b::B; pub struct A;"),
            ("b.rs", "use crate::c::C; pub struct B;"),
            ("c.rs", "use crate::a::A; use crate::d::D; pub struct C;"),
            ("d.rs", "pub struct D;"),
            ("e.rs", "use crate::a::A;"),
        ]);
        let graph = Graph::of_uses(&modules);
        assert_eq!(graph.circles(), [BTreeSet::from(["a.rs", "b.rs", "c.rs"])]);
    }
}
