//! Certificates of our own.

/// A certificate authority and what it signed: DER.
pub struct Issued {
    pub root: Vec<u8>,
    pub certificate: Vec<u8>,
    pub key: Vec<u8>,
}

pub fn issue(host: &str) -> Issued {
    let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    authority.distinguished_name.push(rcgen::DnType::CommonName, "A root of one's own");
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let root = authority.self_signed(&authority_key).unwrap();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate =
        rcgen::CertificateParams::new(vec![host.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    Issued { root: root.der().to_vec(), certificate: certificate.der().to_vec(), key: key.serialize_der() }
}
