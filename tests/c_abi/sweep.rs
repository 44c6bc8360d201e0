//! Every function of the header with everything that may go wrong, by a C program that is made from the header.

use recoup_tests::workshop::{self, Workshop, run};

#[test]
fn every_call_survives_whatever_it_is_given_and_writes_nothing_where_it_fails() {
    let functions = functions_of(include_str!("../../include/recoup.h"));
    let names: Vec<&str> = {
        let mut names: Vec<&str> = functions.iter().map(|function| function.name.as_str()).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(names, include_str!("../../include/recoup.exports").lines().collect::<Vec<_>>());

    let here = Workshop::new();
    let source = here.folder.path().join("sweep.c");
    std::fs::write(&source, source_of(&functions)).unwrap();
    let program = here.compile("sweep", &[source.to_str().unwrap()]);
    let ledger = here.folder.path().join("ledger");
    std::fs::create_dir(&ledger).unwrap();
    let printed = run(workshop::program(program).arg(&ledger).current_dir(&ledger));
    let calls: u64 = printed.split(' ').next().unwrap().parse().unwrap();
    assert!(calls > 20_000, "only {printed}");
    assert!(printed.ends_with(" 0 faults\n"), "{printed}");
}

/// A function and its arguments.
struct Function {
    returns: String,
    name: String,
    arguments: Vec<Argument>,
}

/// One argument, such as `const char *user`.
struct Argument {
    /// Its type without spaces around stars: `const char*`.
    kind: String,
    name: String,
}

/// Every function that a header declares.
fn functions_of(header: &str) -> Vec<Function> {
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

/// Which values an argument is tried with, and how the program makes them.
enum Part<'a> {
    /// Text or bytes by pointer and length; how many characters the pointer's type has.
    Span { pointer: &'a Argument },
    /// The engine or the options that most calls work on.
    Handle { good: &'static str },
    /// A struct that states its size and is read.
    In(&'a Argument),
    /// A struct that states its size, or an array of them, and is written.
    Out(&'a Argument),
    /// Header fields by pointer and count.
    Headers,
    /// A place for a number or an object.
    Place(&'a Argument),
    /// A number.
    Number(&'a Argument),
    /// A function of the program.
    Function { good: &'static str },
    /// The destructor, which has to run once in every case.
    Destructor,
    /// The destructor's number.
    UserData,
}

/// The whole program.
fn source_of(functions: &[Function]) -> String {
    let mut text = include_str!("sweep.c").to_owned();
    let mut calls = String::new();
    // What ends the engine comes last, and what only reads is called as it is.
    let last = |function: &&Function| function.name == "recoup_engine_close";
    for function in functions.iter().filter(|f| !last(f)).chain(functions.iter().filter(last)) {
        if function.returns == "recoup_status" && function.name != "recoup_error_status" {
            text.push_str(&sweep(function));
            let name = &function.name;
            // The answer to a request lives only while the transport runs.
            calls.push_str(&match name.starts_with("recoup_http_answer_") {
                true => format!("  in_transport(sweep_{name});\n"),
                false => format!("  sweep_{name}();\n"),
            });
        } else {
            calls.push_str(&plain(function));
        }
    }
    text + &format!(
        "\nint main(int argc, char **argv) {{\n  set_up(argc, argv);\n{calls}  return tear_down();\n}}\n"
    )
}

/// A call that cannot fail: with NULL, which all of them take.
fn plain(function: &Function) -> String {
    let arguments: Vec<&str> = function.arguments.iter().map(|_| "NULL").collect();
    let call = format!("{}({})", function.name, arguments.join(", "));
    match function.returns.as_str() {
        "void" => format!("  {call};\n  calls++;\n"),
        "recoup_options*" => format!("  recoup_options_free({call});\n  calls++;\n"),
        _ => format!("  (void){call};\n  calls++;\n"),
    }
}

fn sweep(function: &Function) -> String {
    let parts = parts(function);
    let mut body = String::new();
    let mut call = Vec::new();
    for (n, part) in parts.iter().enumerate() {
        let (before, argument) = tried(n, part);
        body.push_str(&before);
        call.extend(argument);
    }
    let after: String = parts.iter().enumerate().map(|(n, part)| checked(n, part)).collect();
    let counts: Vec<String> = parts.iter().map(|part| ways(part).to_string()).collect();
    format!(
        "\nstatic void sweep_{name}(void) {{\n  static const unsigned ways[] = {{{counts}}};\n  \
         begin(\"{name}\", ways, {count});\n  while (next_try()) {{\n    recoup_error *error = NULL;\n{body}    \
         recoup_status status = {name}({call}, pick_error(&error));\n{after}    settle(status, error);\n  }}\n}}\n",
        name = function.name,
        counts = if counts.is_empty() { "1".to_owned() } else { counts.join(", ") },
        count = parts.len(),
        call = call.join(", "),
    )
}

fn parts(function: &Function) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut arguments = function.arguments.iter().peekable();
    while let Some(argument) = arguments.next() {
        let kind = argument.kind.as_str();
        if kind == "recoup_error**" {
            continue;
        }
        if let Some(length) = arguments.peek().copied()
            && length.kind == "size_t"
            && length.name == format!("{}_len", argument.name)
        {
            parts.push(Part::Span { pointer: argument });
            arguments.next();
            continue;
        }
        if kind == "const recoup_header*" {
            parts.push(Part::Headers);
            arguments.next();
            continue;
        }
        parts.push(match kind {
            "const recoup_engine*" => Part::Handle { good: "engine" },
            "recoup_options*" | "const recoup_options*" => Part::Handle { good: "options" },
            "recoup_http_answer*" => Part::Handle { good: "answer" },
            "const recoup_gateway*" => Part::Handle { good: "gateway" },
            "const recoup_request*" | "const recoup_purchase*" => Part::In(argument),
            "recoup_event*" | "recoup_outcome*" | "recoup_completion*" => Part::Out(argument),
            "recoup_event_callback" => Part::Function { good: "on_event" },
            "recoup_completion_callback" => Part::Function { good: "on_completion" },
            "recoup_log_callback" => Part::Function { good: "on_log" },
            "recoup_progress_callback" => Part::Function { good: "on_progress" },
            "recoup_trial_callback" => Part::Function { good: "on_trial" },
            "recoup_write_callback" => Part::Function { good: "on_write" },
            "recoup_transport" => Part::Function { good: "on_request" },
            "recoup_clock" => Part::Function { good: "now" },
            "recoup_destructor" => Part::Destructor,
            "uintptr_t" => Part::UserData,
            callback if callback.ends_with("_callback") => panic!("{callback} has no function in sweep.c"),
            pointer if pointer.ends_with('*') => Part::Place(argument),
            _ => Part::Number(argument),
        });
    }
    parts
}

/// How many values a part is tried with; 0 is the good one.
fn ways(part: &Part<'_>) -> u32 {
    match part {
        Part::Span { .. } => 8,
        Part::Headers => 6,
        Part::Handle { .. } | Part::Function { .. } | Part::Place(_) => 2,
        // NULL, misaligned, and every size from 0 to 64 beyond the struct's own.
        Part::In(_) | Part::Out(_) => 3 + SIZES,
        // A longer wait would only wait, and a capacity is a promise of room.
        Part::Number(argument) if ["timeout_ms", "capacity"].contains(&argument.name.as_str()) => 2,
        Part::Number(_) => 5,
        Part::Destructor | Part::UserData => 1,
    }
}

/// More than the size of every struct, and 64.
const SIZES: u32 = 480;

/// What comes before the call, and the part's arguments in it.
fn tried(n: usize, part: &Part<'_>) -> (String, Vec<String>) {
    match part {
        Part::Span { pointer } => (
            format!("    span s{n} = pick_span({n}, \"{}\");\n", pointer.name),
            vec![format!("({})s{n}.data", pointer.kind), format!("s{n}.len")],
        ),
        Part::Headers => (
            format!("    span s{n} = pick_headers({n});\n"),
            vec![format!("(const recoup_header *)s{n}.data"), format!("s{n}.len")],
        ),
        Part::Handle { good } => (String::new(), vec![format!("pick[{n}] ? NULL : {good}")]),
        Part::In(argument) => {
            let name = argument.kind.trim_start_matches("const ").trim_end_matches('*');
            (
                format!("    {name} *p{n} = ({name} *)pick_struct({n}, sizeof({name}), good_{name});\n"),
                vec![format!("p{n}")],
            )
        }
        Part::Out(argument) => {
            let name = argument.kind.trim_end_matches('*');
            (
                format!("    {name} *p{n} = ({name} *)pick_struct({n}, sizeof({name}), NULL);\n"),
                vec![format!("p{n}")],
            )
        }
        Part::Place(argument) => {
            (format!("    {}p{n} = pick_place({n});\n", spaced(&argument.kind)), vec![format!("p{n}")])
        }
        Part::Number(argument) => {
            (String::new(), vec![format!("({})pick_number({n}, \"{}\")", argument.kind, argument.name)])
        }
        Part::Function { good } => (String::new(), vec![format!("pick[{n}] ? NULL : {good}")]),
        Part::Destructor => ("    registrations++;\n".to_owned(), vec!["destroy".to_owned()]),
        Part::UserData => (String::new(), vec!["7".to_owned()]),
    }
}

/// What must hold after the call: places are written on success only.
fn checked(n: usize, part: &Part<'_>) -> String {
    match part {
        Part::Out(argument) => {
            format!("    check_struct({n}, status, sizeof({}));\n", argument.kind.trim_end_matches('*'))
        }
        Part::Place(argument) => match argument.kind.as_str() {
            "recoup_text**" => format!("    if (check_place({n}, status)) recoup_text_free(*p{n});\n"),
            "recoup_gateway**" => format!("    if (check_place({n}, status)) recoup_gateway_free(*p{n});\n"),
            "recoup_engine**" => format!("    if (check_place({n}, status)) recoup_engine_free(*p{n});\n"),
            _ => format!("    check_place({n}, status);\n"),
        },
        _ => String::new(),
    }
}

fn spaced(kind: &str) -> String {
    kind.replacen('*', " *", 1)
}
