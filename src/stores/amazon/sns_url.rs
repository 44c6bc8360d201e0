//! The URLs that a message may send us to.
//!
//! They are read as text, from the left, and only the one spelling that SNS uses passes. A general URL reader would
//! have to agree with whatever client fetches it later about user names, ports, escapes and case; without those there
//! is nothing to disagree about.

/// Whether it is the address of a signing certificate that SNS publishes:
/// `https://sns.REGION.amazonaws.com[.cn]/SimpleNotificationService-<32 hex digits>.pem`.
pub(super) fn is_signing_cert_url(url: &str) -> bool {
    let digits = path_at_sns(url)
        .and_then(|path| path.strip_prefix("/SimpleNotificationService-"))
        .and_then(|name| name.strip_suffix(".pem"));
    digits.is_some_and(|digits| digits.len() == 32 && digits.bytes().all(is_lower_hex))
}

/// That it confirms a subscription to this topic and does nothing else, or the problem with it:
/// `https://sns.REGION.amazonaws.com[.cn]/?Action=ConfirmSubscription&TopicArn=…&Token=…`.
pub(super) fn check_subscribe_url(url: &str, topic_arn: &str) -> Result<(), &'static str> {
    if !url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
        return Err("it has characters that no URL has");
    }
    let path = path_at_sns(url).ok_or("it is not at an SNS host by https")?;
    let query = path.strip_prefix("/?").ok_or("its path is not /")?;
    if query.contains('#') {
        return Err("it has a fragment");
    }
    if the_one(query, "Action")?.as_deref() != Some(b"ConfirmSubscription") {
        return Err("its Action is not ConfirmSubscription");
    }
    if the_one(query, "TopicArn")?.as_deref() != Some(topic_arn.as_bytes()) {
        return Err("its TopicArn is another");
    }
    match the_one(query, "Token")? {
        Some(token) if !token.is_empty() => Ok(()),
        _ => Err("it has no Token"),
    }
}

/// The text after the host, if the host is SNS's by https.
///
/// A looser pattern for the region would let in hosts that anyone can rent: `sns.s3-us-west-2.amazonaws.com` is the S3
/// bucket `sns`.
fn path_at_sns(url: &str) -> Option<&str> {
    region_and_path(url).map(|(_, path)| path)
}

/// The region of a URL at SNS.
pub(super) fn region_of(url: &str) -> Option<&str> {
    region_and_path(url).map(|(region, _)| region)
}

fn region_and_path(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("https://sns.")?;
    let (host, path) = rest.split_at(rest.find('/')?);
    let region = host.strip_suffix(".amazonaws.com").or_else(|| host.strip_suffix(".amazonaws.com.cn"))?;
    is_region(region).then_some((region, path))
}

/// `us-east-1`, `cn-northwest-1`, `us-gov-west-1`: words of small letters, and a number.
fn is_region(text: &str) -> bool {
    let Some((words, number)) = text.rsplit_once('-') else { return false };
    let is_word =
        |word: &str| (2..=12).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase());
    (2..=4).contains(&words.split('-').count())
        && words.split('-').all(is_word)
        && (1..=2).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// The value of a query member that may occur only once.
fn the_one(query: &str, name: &str) -> Result<Option<Vec<u8>>, &'static str> {
    let mut values =
        query.split('&').filter_map(|member| member.split_once('=')).filter(|(key, _)| *key == name);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some((_, value)), None) => percent_decoded(value).map(Some),
        (Some(_), Some(_)) => Err("a member of its query occurs twice"),
    }
}

fn percent_decoded(text: &str) -> Result<Vec<u8>, &'static str> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, escaped)) = rest.split_once('%') {
        decoded.extend(plain.bytes());
        let digits = escaped.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(byte.ok_or("its query has a broken escape")?);
        rest = escaped.get(2..).unwrap_or_default();
    }
    decoded.extend(rest.bytes());
    Ok(decoded)
}

const fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/SimpleNotificationService-7ff5318490ec183fbaddaa2a969abfda.pem";
    const TOPIC: &str = "arn:aws:sns:us-east-1:033616359524:LT0XA";

    #[test]
    fn certificates_of_every_partition_are_found() {
        for host in [
            "sns.us-east-2.amazonaws.com",
            "sns.ap-southeast-5.amazonaws.com",
            "sns.us-gov-west-1.amazonaws.com",
            "sns.cn-northwest-1.amazonaws.com.cn",
        ] {
            assert!(is_signing_cert_url(&format!("https://{host}{PATH}")), "{host}");
        }
    }

    #[test]
    fn no_trick_leads_to_another_host_or_path() {
        let good = format!("https://sns.us-east-2.amazonaws.com{PATH}");
        let host = "sns.us-east-2.amazonaws.com";
        let bad = [
            good.replace("https", "http"),
            good.replace("https://", "HTTPS://"),
            good.replace("https://", "https:/"),
            good.replace("https://", "//"),
            format!(" {good}"),
            format!("{good} "),
            format!("{good}\n"),
            format!("{good}#x"),
            format!("{good}?x"),
            good.replace(host, "SNS.us-east-2.amazonaws.com"),
            good.replace(host, "sns.US-EAST-2.amazonaws.com"),
            good.replace(host, "sns.us-east-2.amazonaws.com:443"),
            good.replace(host, "sns.us-east-2.amazonaws.com."),
            good.replace(host, "sns.us-east-2.amazonaws.com.evil.example"),
            good.replace(host, "sns.us-east-2.amazonaws.com.cn.evil.example"),
            good.replace(host, "sns.us-east-2.amazonaws.comevil.example"),
            good.replace(host, "sns.us-east-2.amazonaws.org"),
            good.replace(host, "evil.example"),
            good.replace(host, "evil.example/sns.us-east-2.amazonaws.com"),
            good.replace(host, "evil.example#sns.us-east-2.amazonaws.com"),
            good.replace(host, "evil.example\\.sns.us-east-2.amazonaws.com"),
            good.replace(host, "x@sns.us-east-2.amazonaws.com"),
            good.replace(host, "sns.us-east-2.amazonaws.com@evil.example"),
            good.replace(host, "sns.us-east-2.amazonaws.com%2eevil.example"),
            good.replace(host, "xsns.us-east-2.amazonaws.com"),
            good.replace(host, "sns.evil.us-east-2.amazonaws.com"),
            good.replace(host, "sns.amazonaws.com"),
            good.replace(host, "sns..amazonaws.com"),
            good.replace(host, "sns.s3.amazonaws.com"),
            good.replace(host, "sns.s3-us-west-2.amazonaws.com"),
            good.replace(host, "sns.us-east-2.s3.amazonaws.com"),
            good.replace(host, "sns.us-east-2.s3-website.amazonaws.com"),
            good.replace(host, "s3.us-east-2.amazonaws.com"),
            good.replace("/Simple", "/x/Simple"),
            good.replace("/Simple", "//Simple"),
            good.replace("/Simple", "/../Simple"),
            good.replace("7ff5", "7FF5"),
            good.replace("7ff5", "7ff"),
            good.replace("7ff5", "7ff55"),
            good.replace("7ff5", "%37ff"),
            good.replace("7ff5", "../."),
            good.replace(".pem", ".PEM"),
            good.replace(".pem", ""),
            String::new(),
        ];
        assert!(is_signing_cert_url(&good));
        for url in bad {
            assert_ne!(url, good);
            assert!(!is_signing_cert_url(&url), "{url}");
        }
    }

    #[test]
    fn a_subscription_is_confirmed_at_sns_and_for_the_topic_only() {
        let good = format!(
            "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37"
        );
        let cn = good.replace(".amazonaws.com", ".amazonaws.com.cn");
        let escaped = good.replace(TOPIC, &TOPIC.replace(':', "%3A"));
        for url in [&good, &cn, &escaped] {
            assert_eq!(check_subscribe_url(url, TOPIC), Ok(()), "{url}");
        }
        let bad = [
            good.replace("https", "http"),
            good.replace("sns.us-east-1.amazonaws.com", "evil.example"),
            good.replace("amazonaws.com/", "amazonaws.com@evil.example/"),
            good.replace("amazonaws.com/", "amazonaws.com.evil.example/"),
            good.replace("amazonaws.com/", "amazonaws.com:8443/"),
            good.replace("us-east-1.amazonaws", "s3-us-west-2.amazonaws"),
            good.replace("/?", "/x?"),
            good.replace("/?", "?"),
            good.replace("ConfirmSubscription", "Unsubscribe"),
            good.replace("Action=ConfirmSubscription", "Action=Unsubscribe&Action=ConfirmSubscription"),
            good.replace("Action=ConfirmSubscription&", ""),
            good.replace("LT0XA", "other"),
            good.replace("TopicArn=", "TopicArn=x&TopicArn="),
            good.replace("&Token=2336412f37", ""),
            good.replace("2336412f37", ""),
            good.replace("LT0XA", "LT0XA%"),
            good.replace("LT0XA", "LT0XA%zz"),
            good.replace("Token=", "Token=%+1"),
            format!("{good}#x"),
            format!("{good}\r\nHost: evil.example"),
            format!("{good} x"),
            format!("{good}\\x"),
            format!("{good}é"),
        ];
        for url in bad {
            assert_ne!(url, good);
            assert!(check_subscribe_url(&url, TOPIC).is_err(), "{url}");
        }
    }
}
