//! Passwords: what is asked of them, and how they are kept and compared.

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use recoup::Randomness;
use zxcvbn::Score;

use crate::problem::Problem;
use crate::state::random;

/// OWASP's least for argon2id: 19 MiB, 2 passes, 1 lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The shortest password, in characters.
const SHORTEST: usize = 12;

/// The longest, in bytes: any sentence, and nothing that takes long to read.
const LONGEST: usize = 1024;

/// Hashes and compares passwords.
pub(crate) struct Passwords {
    /// The hash of a password that no one knows: what is compared where a name does not exist, so that the answer takes
    /// as long.
    of_unknown_names: String,
}

impl Passwords {
    /// `None` where there is no randomness.
    pub(crate) fn new(randomness: &dyn Randomness) -> Option<Self> {
        let unknown: [u8; 32] = random(randomness)?;
        Some(Self { of_unknown_names: hash(&unknown, randomness)? })
    }

    /// Whether a password fits. `known`: the hash that is kept for the name, if there is such a name and it has a
    /// password. Takes as long either way.
    pub(crate) fn fits(&self, password: &str, known: Option<&str>) -> bool {
        let fits = verify(password.as_bytes(), known.unwrap_or(&self.of_unknown_names));
        fits && known.is_some()
    }
}

/// The hash to keep, as a PHC string; `None` where there is no randomness.
pub(crate) fn hash(password: &[u8], randomness: &dyn Randomness) -> Option<String> {
    let salt: [u8; 16] = random(randomness)?;
    let salt = SaltString::encode_b64(&salt).ok()?;
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password(password, &salt).ok().map(|hash| hash.to_string())
}

fn verify(password: &[u8], known: &str) -> bool {
    // The parameters are those of the hash.
    PasswordHash::new(known).is_ok_and(|known| Argon2::default().verify_password(password, &known).is_ok())
}

/// Refuses a password that is guessed too easily. `names`: what a guesser tries first, such as the operator's name.
///
/// # Errors
/// `weak_password`, with what to do.
pub(crate) fn check_strength(password: &str, names: &[&str]) -> Result<(), Problem> {
    let weak = |detail: String| Err(Problem::new(422, "weak_password", detail));
    let length = password.chars().count();
    if length < SHORTEST {
        return weak(format!(
            "the password has {length} characters: use at least {SHORTEST}, such as four words"
        ));
    }
    if password.len() > LONGEST {
        return weak(format!("the password has {} bytes: use at most {LONGEST}", password.len()));
    }
    // A guesser tries each word of a name, too.
    let words = names.iter().flat_map(|name| name.split_whitespace());
    let names: Vec<&str> = words.chain(names.iter().copied()).chain(["recoup"]).collect();
    let estimate = zxcvbn::zxcvbn(password, &names);
    if estimate.score() >= Score::Three {
        return Ok(());
    }
    let advice = estimate.feedback().map(|feedback| {
        let suggestions = feedback.suggestions().iter().map(ToString::to_string);
        feedback
            .warning()
            .map(|warning| warning.to_string())
            .into_iter()
            .chain(suggestions)
            .collect::<Vec<_>>()
            .join(" ")
    });
    let advice =
        advice.filter(|advice| !advice.is_empty()).unwrap_or_else(|| "Add a word or two.".to_owned());
    weak(format!("the password is guessed too easily. {advice}"))
}

#[cfg(test)]
mod tests {
    use recoup::SystemRandomness;

    use super::*;

    #[test]
    fn a_hash_is_argon2id_with_the_documented_cost_and_fits_its_password_alone() {
        let kept = hash(b"correct horse", &SystemRandomness).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        let passwords = Passwords::new(&SystemRandomness).unwrap();
        assert!(passwords.fits("correct horse", Some(&kept)));
        assert!(!passwords.fits("correct horsf", Some(&kept)));
        assert!(!passwords.fits("correct horse", None));
        assert!(!passwords.fits("correct horse", Some("no hash")));
    }

    #[test]
    fn weak_passwords_are_refused_with_what_to_do() {
        let refused = |password: &str| check_strength(password, &["annette", "Gem Quest"]).err();
        assert!(refused("plum jacket orbit 71").is_none());
        for weak in ["short", "passwordpassword", "annetteannette", "111111111111", "GemQuestGemQuest"] {
            let problem = refused(weak).unwrap_or_else(|| Problem::new(0, weak, ""));
            assert_eq!((problem.status, problem.code.as_str()), (422, "weak_password"));
        }
        assert!(refused(&"x".repeat(2000)).unwrap().detail.contains("2000 bytes"));
    }
}
