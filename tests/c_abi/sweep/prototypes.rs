//! The functions of the header, read from its text.

/// A function and its arguments.
pub(super) struct Function {
    pub(super) returns: String,
    pub(super) name: String,
    pub(super) arguments: Vec<Argument>,
}

/// One argument, such as `const char *user`.
pub(super) struct Argument {
    /// Its type without spaces around stars: `const char*`.
    pub(super) kind: String,
    pub(super) name: String,
}

/// Every function that a header declares.
pub(super) fn read(header: &str) -> Vec<Function> {
    let mut rest = without_comments(header);
    if let Some((_, declarations)) = rest.split_once("extern \"C\" {") {
        rest = declarations.to_owned();
    }
    rest.split(';').filter_map(|declaration| function(&declaration.replace("RECOUP_MUST_USE", ""))).collect()
}

fn without_comments(header: &str) -> String {
    let mut text = String::new();
    let mut rest = header;
    while let Some((code, comment)) = rest.split_once("/*") {
        text.push_str(code);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    text + rest
}

fn function(declaration: &str) -> Option<Function> {
    let text = declaration.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join(" ");
    let (head, arguments) = text.split_once('(')?;
    let (returns, name) = named(head);
    let arguments = arguments.trim_end().strip_suffix(')')?;
    let arguments = arguments.split(',').filter(|argument| argument.trim() != "void").map(|argument| {
        let (kind, name) = named(argument);
        Argument { kind, name }
    });
    Some(Function { returns, name, arguments: arguments.collect() })
}

/// Splits `const struct recoup_text *text` into its type and its name.
fn named(text: &str) -> (String, String) {
    let text = text.trim();
    let at = text.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(0, |at| at + 1);
    let (kind, name) = text.split_at(at);
    let kind =
        kind.replace("struct ", "").split_whitespace().collect::<Vec<_>>().join(" ").replace(" *", "*");
    (kind, name.to_owned())
}
