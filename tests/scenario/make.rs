//! Makes the scenario's folder that its argument names, for hosts in other languages.
#![allow(unreachable_pub, reason = "shop is also a module of the Rust test")]

mod shop;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args_os().nth(1).ok_or("which folder?")?;
    std::fs::create_dir_all(&folder)?;
    shop::fill(folder.as_ref())
}
