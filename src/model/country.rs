//! Countries, by their codes of ISO 3166-1.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A country's two letters as in ISO 3166-1, such as `KR`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

/// Text that is not a country's code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no country: expected two letters A to Z as in ISO 3166-1, such as KR")]
pub struct BadCountry {
    /// The text as it was given, its beginning if it is long.
    pub text: String,
}

impl Country {
    /// From its two letters, in either case.
    ///
    /// # Errors
    /// [`BadCountry`] for anything but two ASCII letters. Unassigned codes are accepted.
    pub fn new(code: &str) -> Result<Self, BadCountry> {
        match *code.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => Err(BadCountry { text: code.chars().take(16).collect() }),
        }
    }

    /// From the three letters that some stores report; `None` for a code that is not assigned.
    pub(crate) fn from_alpha_3(code: &str) -> Option<Self> {
        let code = (code.len() == 3).then(|| code.to_ascii_uppercase())?;
        let two = ALPHA_3.split_ascii_whitespace().find_map(|both| both.strip_prefix(code.as_str()))?;
        Self::new(two).ok()
    }

    /// The two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // ASCII letters only: see `new`. ZZ stands for an unknown country.
        std::str::from_utf8(&self.0).unwrap_or("ZZ")
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for Country {
    type Error = BadCountry;

    fn try_from(text: String) -> Result<Self, BadCountry> {
        Self::new(&text)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.as_str().to_owned()
    }
}

/// The codes of ISO 3166-1, three letters and then two of the same country; and XKS, Apple's for Kosovo.
const ALPHA_3: &str = "ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU \
    AUTAT AZEAZ BDIBI BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR \
    BRBBB BRNBN BTNBT BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM \
    CPVCV CRICR CUBCU CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER \
    ESHEH ESPES ESTEE ETHET FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN \
    GLPGP GMBGM GNBGW GNQGQ GRCGR GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU \
    IDNID IMNIM INDIN IOTIO IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG \
    KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO \
    MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR \
    MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR \
    NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA \
    REURE ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ SLBSB SLESL SLVSV SMRSM SOMSO SPMPM \
    SRBRS SSDSS STPST SURSR SVKSK SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ TKLTK \
    TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY USAUS UZBUZ VATVA VCTVC \
    VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS XKSXK YEMYE ZAFZA ZMBZM ZWEZW";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_code_has_two_letters() {
        assert_eq!(Country::new("kr").unwrap().as_str(), "KR");
        for text in ["", "K", "KOR", "K1", "Ä", "Korea, Republic of"] {
            assert!(Country::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn three_letters_name_the_same_country_as_two() {
        for (three, two) in [("USA", "US"), ("kor", "KR"), ("DEU", "DE"), ("XKS", "XK")] {
            assert_eq!(Country::from_alpha_3(three).unwrap().as_str(), two);
        }
        for unknown in ["", "US", "XXX", "USAUS", "SAU US", "ÄA"] {
            assert_eq!(Country::from_alpha_3(unknown), None, "{unknown}");
        }
        let pairs: Vec<&str> = ALPHA_3.split_ascii_whitespace().collect();
        assert!(pairs.iter().all(|both| both.len() == 5 && both.bytes().all(|b| b.is_ascii_uppercase())));
        let count =
            |from: usize, to: usize| pairs.iter().map(|both| &both[from..to]).collect::<BTreeSet<_>>().len();
        assert_eq!((count(0, 3), count(3, 5)), (250, 250), "ISO's 249 and Kosovo, each once");
    }
}
