//! What a person enters in a store's console.

use std::io;

use serde::Serialize;

use crate::render::Output;

/// One step: a place, what to do there, and the values to enter.
#[derive(Serialize)]
pub(super) struct Step {
    #[serde(rename = "where")]
    place: &'static str,
    #[serde(rename = "do")]
    task: String,
    values: Vec<Value>,
}

#[derive(Serialize)]
struct Value {
    name: &'static str,
    value: String,
}

impl Step {
    /// At this place in the store's console, or in the game.
    pub(super) fn at(place: &'static str, task: impl Into<String>) -> Self {
        Self { place, task: task.into(), values: Vec::new() }
    }

    /// A value to enter there.
    pub(super) fn enter(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.values.push(Value { name, value: value.into() });
        self
    }
}

/// Prints the steps of one store, numbered.
pub(super) fn print(title: &str, steps: &[Step], output: &mut Output) -> io::Result<()> {
    output.print(format_args!("\n{title}"))?;
    for (n, step) in steps.iter().enumerate() {
        output.print(format_args!("  {}. {}", n + 1, step.place))?;
        output.print(format_args!("     {}", step.task))?;
        let width = step.values.iter().map(|value| value.name.chars().count()).max().unwrap_or_default();
        for Value { name, value } in &step.values {
            output.print(format_args!(
                "       {:<width$}   {value}",
                format!("{name}:"),
                width = width + 1
            ))?;
        }
    }
    Ok(())
}
