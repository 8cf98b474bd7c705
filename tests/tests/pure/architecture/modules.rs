//! The modules of a crate, found like the compiler finds them, with what each defines, imports and mentions.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Item, ItemMod, ItemUse, UseTree, Visibility};

use super::mentions::Mentions;

/// A crate: the first module is its root.
#[derive(Debug)]
pub(crate) struct Modules(Vec<Module>);

#[derive(Debug, Default)]
pub(crate) struct Module {
    pub(crate) file: String,
    pub(crate) parent: Option<usize>,
    pub(crate) children: BTreeMap<String, usize>,
    /// The names that it defines.
    pub(crate) items: BTreeSet<String>,
    /// Every name in its macro calls, which may define an item of that name.
    pub(crate) in_macros: BTreeSet<String>,
    pub(crate) imports: Vec<Import>,
    /// The paths in its code outside of imports.
    pub(crate) mentions: BTreeSet<Vec<String>>,
}

/// One path of a `use` declaration.
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) path: Vec<String>,
    /// Its name in this module; `None` for a glob.
    pub(crate) name: Option<String>,
    /// Whether it is re-exported, and need not be used here.
    pub(crate) is_reexport: bool,
}

/// Returns the text of a file, if it exists.
pub(crate) type Read<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Modules {
    /// Reads the crate with this root, including its unit tests.
    pub(crate) fn with_tests(root: &str, read: Read<'_>) -> Self {
        Self::read(root, read, true)
    }

    /// Reads the crate with this root as dependents see it.
    pub(crate) fn without_tests(root: &str, read: Read<'_>) -> Self {
        Self::read(root, read, false)
    }

    fn read(root: &str, read: Read<'_>, with_tests: bool) -> Self {
        let mut reader = Reader {
            modules: Vec::new(),
            read,
            with_tests,
        };
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
        reader.file(root, folder, None);
        Self(reader.modules)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &Module)> {
        self.0.iter().enumerate()
    }

    pub(crate) fn get(&self, module: usize) -> &Module {
        &self.0[module]
    }
}

struct Reader<'a> {
    modules: Vec<Module>,
    read: Read<'a>,
    with_tests: bool,
}

impl Reader<'_> {
    /// Reads a file, whose modules are in a folder.
    fn file(&mut self, file: &str, folder: &str, parent: Option<usize>) -> usize {
        let text = (self.read)(file).unwrap_or_else(|| panic!("{file} cannot be read"));
        let code = syn::parse_file(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        self.module(file, folder, parent, code.items)
    }

    fn module(
        &mut self,
        file: &str,
        folder: &str,
        parent: Option<usize>,
        items: Vec<Item>,
    ) -> usize {
        let module = self.modules.len();
        self.modules.push(Module {
            file: file.to_owned(),
            parent,
            ..Module::default()
        });
        for item in items {
            if self.with_tests || !is_test(&item) {
                self.item(module, folder, item);
            }
        }
        module
    }

    fn item(&mut self, module: usize, folder: &str, item: Item) {
        match item {
            Item::Use(declaration) => self.modules[module].import(&declaration),
            Item::Mod(child) => {
                let name = child.ident.to_string();
                let index = self.child(module, folder, child);
                self.modules[module].children.insert(name, index);
            }
            other => {
                let module = &mut self.modules[module];
                module.items.extend(defined(&other));
                if let Item::Macro(call) = &other {
                    names(call.mac.tokens.clone(), &mut module.in_macros);
                }
                let mentions = Mentions::of(other.to_token_stream());
                module.mentions.extend(mentions.paths);
                for declaration in &mentions.uses {
                    module.import(declaration);
                }
            }
        }
    }

    fn child(&mut self, parent: usize, folder: &str, child: ItemMod) -> usize {
        let name = child.ident.to_string();
        let inner = join(folder, &name);
        if let Some((_, items)) = child.content {
            let file = self.modules[parent].file.clone();
            return self.module(&file, &inner, Some(parent), items);
        }
        if let Some(path) = path_attribute(&child.attrs) {
            let folder = self.modules[parent].file.rsplit_once('/');
            let file = join(folder.map_or("", |(folder, _)| folder), &path);
            let inner = file.rsplit_once('/').map_or("", |(folder, _)| folder);
            return self.file(&file, inner, Some(parent));
        }
        self.file(&format!("{inner}.rs"), &inner, Some(parent))
    }
}

impl Module {
    fn import(&mut self, declaration: &ItemUse) {
        // `::name` belongs to another crate.
        if declaration.leading_colon.is_none() {
            let is_reexport = !matches!(declaration.vis, Visibility::Inherited);
            self.tree(&declaration.tree, Vec::new(), is_reexport);
        }
    }

    fn tree(&mut self, tree: &UseTree, mut path: Vec<String>, is_reexport: bool) {
        let name = match tree {
            UseTree::Path(step) => {
                path.push(step.ident.to_string());
                return self.tree(&step.tree, path, is_reexport);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.tree(tree, path.clone(), is_reexport);
                }
                return;
            }
            UseTree::Glob(_) => None,
            UseTree::Name(name) => {
                if name.ident != "self" {
                    path.push(name.ident.to_string());
                }
                path.last().cloned()
            }
            UseTree::Rename(rename) => {
                if rename.ident != "self" {
                    path.push(rename.ident.to_string());
                }
                Some(rename.rename.to_string())
            }
        };
        self.imports.push(Import {
            path,
            name,
            is_reexport,
        });
    }
}

fn defined(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

/// `#[cfg(test)]`, alone or with other conditions.
fn is_test(item: &Item) -> bool {
    let attributes = match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(|attribute| {
        let condition = attribute.meta.require_list();
        let condition = condition.map(|list| list.tokens.to_string());
        attribute.path().is_ident("cfg")
            && condition
                .is_ok_and(|it| it == "test" || it.starts_with("all") && it.contains("test"))
    })
}

fn names(tokens: TokenStream, found: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                found.insert(name.to_string());
            }
            TokenTree::Group(group) => names(group.stream(), found),
            _ => {}
        }
    }
}

fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    let attribute = attributes.iter().find(|it| it.path().is_ident("path"))?;
    let value = &attribute.meta.require_name_value().ok()?.value;
    let text: syn::LitStr = syn::parse2(value.to_token_stream()).ok()?;
    Some(text.value())
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

#[test]
fn modules_are_found_where_the_compiler_finds_them() {
    let files = BTreeMap::from([
        (
            "src/lib.rs",
            "mod a; mod b { mod c; } #[path = \"x/y.rs\"] mod d;",
        ),
        ("src/a.rs", "mod e;"),
        ("src/a/e.rs", ""),
        ("src/b/c.rs", ""),
        ("src/x/y.rs", ""),
    ]);
    let read = |file: &str| files.get(file).map(|text| (*text).to_owned());
    let modules = Modules::with_tests("src/lib.rs", &read);
    let found: BTreeSet<_> = modules.iter().map(|(_, it)| it.file.as_str()).collect();
    assert_eq!(found, files.keys().copied().collect());
}

#[test]
fn unit_tests_can_be_left_out() {
    let code =
        "#[cfg(test)] mod tests { use crate::a; } #[cfg(all(test, unix))] use b::c; fn f() {}";
    let read = |_: &str| Some(code.to_owned());
    let count = |modules: Modules| {
        let imports = modules.iter().map(|(_, module)| module.imports.len());
        (modules.iter().count(), imports.sum::<usize>())
    };
    assert_eq!(count(Modules::with_tests("lib.rs", &read)), (2, 2));
    assert_eq!(count(Modules::without_tests("lib.rs", &read)), (1, 0));
}
