//! The output of `scaffold`: valid Rust, and vectors that pass for the existing operations.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use hardline_tests::conformance::{AnyRow, Direction, Row, Suite};
use hardline_tests::scaffold::{Scaffold, formatted};
use proc_macro2::{TokenStream, TokenTree};
use syn::{Expr, ImplItem, Item, UseTree};

use crate::architecture::workspace;

fn program(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_scaffold"))
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn every_operation_is_printed_as_rust() {
    let all = Scaffold::of_all().unwrap();
    // Those of the specification, and what is proposed.
    assert_eq!(all.len(), 189 + 33);
    let modules = all.iter().enumerate().map(|(number, (name, scaffold))| {
        assert!(scaffold.rust.contains("impl Endpoint for "), "{name}");
        format!("mod operation_{number} {{\n{}\n}}\n", scaffold.rust)
    });
    let modules: String = modules.collect();
    assert!(
        formatted(&modules).is_some(),
        "rustfmt does not read what is printed, or is not there"
    );
}

/// What was renamed or moved in the core and not in the scaffold's vocabulary would be printed as it was.
#[test]
fn the_core_has_every_name_that_is_printed() {
    let operation = syn::parse_file(&core_file("wire/operation")).unwrap();
    let setters = methods(&operation.items, "Operation");
    let mut printed = BTreeSet::new();
    for (name, scaffold) in Scaffold::of_all().unwrap() {
        for item in syn::parse_file(&scaffold.rust).unwrap().items {
            match item {
                Item::Use(item) => leaves(&item.tree, &mut Vec::new(), &mut printed),
                Item::Impl(item) if item.trait_.is_some() => {
                    for setter in item.items.iter().filter_map(constant).flat_map(calls) {
                        assert!(
                            setters.contains(&setter),
                            "{name} is printed with .{setter}()"
                        );
                    }
                }
                _ => {}
            }
        }
    }
    let of_core: Vec<_> = printed.iter().filter(|path| path[0] == "crate").collect();
    assert!(of_core.len() > 20, "only {of_core:?} were found");
    for path in of_core {
        let (name, module) = path.split_last().unwrap();
        let code: TokenStream = core_file(&module[1..].join("/")).parse().unwrap();
        assert!(mentions(code, name), "the core has no {}", path.join("::"));
    }
}

/// The code of a module of the core.
fn core_file(module: &str) -> String {
    let file = format!("crates/hardline/src/{module}.rs");
    workspace::read(&file).unwrap_or_else(|| panic!("there is no {file}"))
}

/// Whether this identifier is in the code, which comments and strings are not.
fn mentions(code: TokenStream, name: &str) -> bool {
    code.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}

/// The paths that a `use` imports.
fn leaves(tree: &UseTree, path: &mut Vec<String>, into: &mut BTreeSet<Vec<String>>) {
    let mut leaf = |name: String| into.insert([path.as_slice(), &[name]].concat());
    match tree {
        UseTree::Name(name) => {
            leaf(name.ident.to_string());
        }
        UseTree::Path(inner) => {
            path.push(inner.ident.to_string());
            leaves(&inner.tree, path, into);
            path.pop();
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                leaves(tree, path, into);
            }
        }
        UseTree::Rename(_) | UseTree::Glob(_) => panic!("a scaffold imports by name"),
    }
}

/// The names of a type's own methods.
fn methods(items: &[Item], name: &str) -> BTreeSet<String> {
    let own = items.iter().filter_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => {
            (workspace::implementor(item)? == name).then_some(&item.items)
        }
        _ => None,
    });
    let names = own.flatten().filter_map(|item| match item {
        ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
        _ => None,
    });
    names.collect()
}

fn constant(item: &ImplItem) -> Option<&Expr> {
    match item {
        ImplItem::Const(constant) => Some(&constant.expr),
        _ => None,
    }
}

/// The methods that are called one after the other.
fn calls(mut chain: &Expr) -> Vec<String> {
    let mut names = Vec::new();
    while let Expr::MethodCall(call) = chain {
        names.push(call.method.to_string());
        chain = &call.receiver;
    }
    names
}

#[test]
fn an_operation_is_printed_as_it_would_be_written() {
    let ban = formatted(&Scaffold::of("cs:ban").unwrap().rust).unwrap();
    let constant = "
impl Endpoint for Ban {
    const OPERATION: Operation = Operation::post(\"ban\", \"/_matrix/client/v3/rooms/{roomId}/ban\")
        .auth(Auth::Required)
";
    let field = "
    /// The room.
    #[serde(rename = \"roomId\")]
    pub room_id: RoomId,
";
    for part in [constant, field] {
        assert!(ban.contains(part), "{ban}");
    }
}

#[test]
fn the_printed_vectors_of_existing_operations_pass() {
    let all = Scaffold::of_all().unwrap();
    let rows = all
        .iter()
        .flat_map(|(_, scaffold)| scaffold.vectors.lines());
    let rows = rows.map(|line| serde_json::from_str::<Row>(line).unwrap());
    // What the facts leave open has its form nevertheless.
    let is_open = |row: &Row| {
        row.direction == Direction::Response
            && row.name == "all"
            && ["cs:getRoomStateWithKey", "cs:search", "cs:sync"].contains(&row.id.as_str())
    };
    let rows: Vec<_> = rows.filter(|row| !is_open(row)).map(AnyRow::from).collect();
    let report = Suite::new().report(&rows, &[]);
    assert_eq!(report.failed, 0, "{report}");
    assert!(report.passed > 100, "{report}");
}

#[test]
fn an_unknown_name_lists_similar_names() {
    let failed = program(&["cs:getRoomStat"]);
    assert_eq!(failed.status.code(), Some(2));
    let told = String::from_utf8(failed.stderr).unwrap();
    assert!(
        told.starts_with(
            "error: there is no operation cs:getRoomStat; similar names: cs:getRoomState"
        ),
        "{told}"
    );
    let both = String::from_utf8(program(&["logout"]).stderr).unwrap();
    assert_eq!(
        both,
        "error: logout is ambiguous: use cs:logout or is:logout\n"
    );
}
