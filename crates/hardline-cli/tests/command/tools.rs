//! `completions` and `man`.

use std::fs;

use crate::account::data;
use crate::run::{hardline, run};

#[test]
fn every_shell_completes_the_command() {
    for (shell, words, has_operations) in [
        ("bash", "complete -F _hardline", true),
        ("zsh", "#compdef hardline", true),
        ("fish", "complete -c hardline", false),
        ("elvish", "edit:completion", false),
        ("powershell", "Register-ArgumentCompleter", false),
    ] {
        let ended = run(&mut hardline(&format!("completions {shell}"))).expect(0, &[words]);
        assert_eq!(ended.stderr, "");
        for word in ["resume", "device-code"] {
            assert!(ended.stdout.contains(word), "{shell}: {word}");
        }
        // The values of arguments without a name are completed by some alone.
        let has = ended.stdout.contains("getTokenOwner");
        assert_eq!(has, has_operations, "{shell}");
    }
    run(&mut hardline("completions tcsh")).expect(2, &["possible values"]);
}

#[test]
fn every_command_has_a_page() {
    let folder = data("manual/man1");
    let ended = run(hardline("man").arg(&folder)).expect(0, &["manual pages are in"]);
    assert_eq!(ended.stderr, "");
    let page = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    assert!(page("hardline.1").contains("hardline\\-phone(1)"));
    assert!(page("hardline-phone-add.1").contains("\\-\\-country"));
    let file = folder.join("hardline.1");
    run(hardline("man").arg(file)).expect(1, &["could not write the manual"]);
}
