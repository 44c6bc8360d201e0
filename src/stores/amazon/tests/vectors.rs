//! Genuine messages that SNS signed, if `RECOUP_VECTORS` names a folder that has them.

use std::path::PathBuf;

use super::super::envelope::SnsMessage;
use super::*;

const CERTIFICATE: &str = "aws-sns-cert-7ff5318490ec183fbaddaa2a969abfda.pem";
const MESSAGES: [&str; 2] = ["http-1-sigv1-nosubject", "http-4-sigv2-subject"];

/// A file of the folder; `None`, with a printed note, if there is none.
fn vector(name: &str) -> Option<Vec<u8>> {
    let Some(folder) = std::env::var_os("RECOUP_VECTORS") else {
        // Not `println!`, which the test runner hides from the reader.
        let note = format!("amazon-sns/{name}: NOT RUN, RECOUP_VECTORS is not set\n");
        std::io::Write::write_all(&mut std::io::stderr(), note.as_bytes()).unwrap();
        return None;
    };
    Some(std::fs::read(PathBuf::from(folder).join("amazon-sns").join(name)).unwrap())
}

fn app(certificates: SigningCertificates, topic_arn: &str) -> AmazonApp {
    AmazonApp {
        package_name: "com.example.game".to_owned(),
        topic_arn: topic_arn.to_owned(),
        certificates: Arc::new(certificates),
        max_age: AmazonApp::DEFAULT_MAX_AGE,
    }
}

/// The messages say "Hello world", which is authentic and no Real-Time Notification.
const GENUINE: (&str, u16) = ("not_understood", 200);

#[test]
fn genuine_messages_verify_at_their_time_and_tampered_ones_do_not() {
    for name in MESSAGES {
        let (Some(certificate), Some(body)) = (vector(CERTIFICATE), vector(&format!("{name}.json"))) else {
            return;
        };
        let request = StoreRequest { headers: Vec::new(), body };
        let envelope: Value = serde_json::from_slice(&request.body).unwrap();
        let topic = envelope["TopicArn"].as_str().unwrap();
        let at: Timestamp = envelope["Timestamp"].as_str().unwrap().parse().unwrap();
        let pinned = || SigningCertificates::pinned(&certificate).unwrap();
        let verifier = AmazonVerifier::new(vec![app(pinned(), topic)]).unwrap();
        let verdict = |request: &StoreRequest, now| refusal(verdict_of(&verifier, request, now));

        assert_eq!(verdict(&request, at), GENUINE, "{name}");
        assert_eq!(verdict(&request, at.plus(AmazonApp::DEFAULT_MAX_AGE)), GENUINE, "{name}");
        assert_eq!(verdict(&request, NOW), ("too_old", 403), "{name}");
        for member in ["Message", "MessageId", "Subject"] {
            let bad = tampered(&request, |body| body[member] = json!("Hello worlt"));
            assert_eq!(verdict(&bad, at), ("bad_signature", 401), "{name} {member}");
        }
        let late = tampered(&request, |body| body["Timestamp"] = json!("2022-08-18T00:00:00.000Z"));
        let now = "2022-08-18T00:00:00Z".parse().unwrap();
        // The pin is out of date, which the operator has to correct: SNS shall send again.
        assert_eq!(verdict(&late, now), ("pinned_certificate", 503), "{name}");

        // A `max_age` as long as the configuration allows.
        let patient = AmazonApp { max_age: Span::from_days(36_500), ..app(pinned(), topic) };
        let verifier = AmazonVerifier::new(vec![patient]).unwrap();
        assert_eq!(refusal(verdict_of(&verifier, &request, NOW)), GENUINE, "{name}");
    }
}

#[test]
fn the_genuine_certificate_passes_where_it_is_fetched_too() {
    struct Published(Vec<u8>);
    impl crate::verify::CertificateSource for Published {
        fn fetch(&self, url: &str) -> Result<Vec<u8>, crate::verify::KeyFetchError> {
            assert!(url.ends_with("SimpleNotificationService-7ff5318490ec183fbaddaa2a969abfda.pem"));
            Ok(self.0.clone())
        }
    }
    for name in MESSAGES {
        let (Some(certificate), Some(body)) = (vector(CERTIFICATE), vector(&format!("{name}.json"))) else {
            return;
        };
        let envelope: Value = serde_json::from_slice(&body).unwrap();
        let at: Timestamp = envelope["Timestamp"].as_str().unwrap().parse().unwrap();
        let fetched = SigningCertificates::fetched_from(Arc::new(Published(certificate)));
        let verifier =
            AmazonVerifier::new(vec![app(fetched, envelope["TopicArn"].as_str().unwrap())]).unwrap();
        let request = StoreRequest { headers: Vec::new(), body };
        assert_eq!(refusal(verdict_of(&verifier, &request, at)), GENUINE, "{name}");
    }
}

#[test]
fn the_text_that_was_signed_is_built_byte_for_byte() {
    for name in MESSAGES {
        let (Some(body), Some(expected)) =
            (vector(&format!("{name}.json")), vector(&format!("{name}.string_to_sign.txt")))
        else {
            return;
        };
        let built = SnsMessage::parse(&body).unwrap().members.string_to_sign();
        assert_eq!(built, String::from_utf8(expected).unwrap(), "{name}");
    }
}
