//! The built-in texts: English, Korean and Japanese.

use super::NoticeName;
use super::values::Phrases;

/// A language with texts of its own.
pub(super) struct Language {
    pub(super) tag: &'static str,
    pub(super) phrases: Phrases,
    text: fn(NoticeName) -> (&'static str, &'static str),
}

impl Language {
    /// The title and the text of a name.
    pub(super) fn text(&self, name: NoticeName) -> (&'static str, &'static str) {
        (self.text)(name)
    }
}

pub(super) const LANGUAGES: [Language; 3] = [
    Language {
        tag: "en",
        phrases: Phrases {
            product: "a purchase",
            amount: "your payment",
            store: "The store",
            items: "none",
            no_end: "until further notice",
            until_repaid: "until what you owe is repaid",
            until_items: ("until these items are repaid: ", ""),
            until: ("until ", ""),
        },
        text: english,
    },
    Language {
        tag: "ko",
        phrases: Phrases {
            product: "구매 상품",
            amount: "금액 미확인",
            store: "스토어",
            items: "없음",
            no_end: "별도 안내가 있을 때까지",
            until_repaid: "반환할 아이템을 모두 반환할 때까지",
            until_items: ("다음 아이템을 모두 반환할 때까지(", ")"),
            until: ("", "까지"),
        },
        text: korean,
    },
    Language {
        tag: "ja",
        phrases: Phrases {
            product: "購入した商品",
            amount: "金額未確認",
            store: "ストア",
            items: "なし",
            no_end: "追ってお知らせするまで",
            until_repaid: "未返却のアイテムがすべて返却されるまで",
            until_items: ("次のアイテムがすべて返却されるまで(", ")"),
            until: ("", "まで"),
        },
        text: japanese,
    },
];

const fn english(name: NoticeName) -> (&'static str, &'static str) {
    match name {
        NoticeName::ItemsTaken => (
            "Items taken back",
            "{store} refunded {amount} for {product}. These items were taken back: {items}.",
        ),
        NoticeName::ItemsOwed => {
            ("Items owed after a refund", "{store} refunded {amount} for {product}. You still owe: {owed}.")
        }
        NoticeName::Blocked => (
            "Your account is blocked",
            "{store} refunded {amount} for {product}. Your account is blocked {until}.",
        ),
        NoticeName::Unblocked => ("Your account is no longer blocked", "You can play again."),
        NoticeName::ItemsReturned => (
            "Items returned",
            "The refund of {product} at {store} has changed. You got these items back: {items}.",
        ),
        NoticeName::AccessLost => ("Access ended", "You no longer have access to {product}."),
        NoticeName::AccessRestored => ("Access restored", "You have access to {product}."),
    }
}

const fn korean(name: NoticeName) -> (&'static str, &'static str) {
    match name {
        NoticeName::ItemsTaken => (
            "아이템이 회수되었습니다",
            "{store}에서 {product} 결제가 환불되었습니다({amount}). 회수된 아이템: {items}.",
        ),
        NoticeName::ItemsOwed => (
            "환불로 인해 반환할 아이템이 있습니다",
            "{store}에서 {product} 결제가 환불되었습니다({amount}). 아직 반환하지 않은 아이템: {owed}.",
        ),
        NoticeName::Blocked => (
            "계정 이용이 제한되었습니다",
            "{store}에서 {product} 결제가 환불되었습니다({amount}). {until} 계정 이용이 제한됩니다.",
        ),
        NoticeName::Unblocked => ("계정 이용 제한이 해제되었습니다", "다시 플레이할 수 있습니다."),
        NoticeName::ItemsReturned => (
            "아이템을 돌려 드렸습니다",
            "{store}의 {product} 환불 내역이 변경되어 아이템을 돌려 드렸습니다: {items}.",
        ),
        NoticeName::AccessLost => ("이용 권한이 종료되었습니다", "{product} 이용 권한이 종료되었습니다."),
        NoticeName::AccessRestored => ("이용 권한이 복구되었습니다", "{product} 이용 권한이 있습니다."),
    }
}

const fn japanese(name: NoticeName) -> (&'static str, &'static str) {
    match name {
        NoticeName::ItemsTaken => (
            "アイテムを回収しました",
            "{store}で{product}の支払いが返金されました({amount})。回収したアイテム: {items}。",
        ),
        NoticeName::ItemsOwed => (
            "返金による未返却アイテムがあります",
            "{store}で{product}の支払いが返金されました({amount})。まだ返却されていないアイテム: {owed}。",
        ),
        NoticeName::Blocked => (
            "アカウントの利用が制限されました",
            "{store}で{product}の支払いが返金されました({amount})。{until}、アカウントの利用が制限されます。",
        ),
        NoticeName::Unblocked => ("アカウントの利用制限が解除されました", "再びプレイできます。"),
        NoticeName::ItemsReturned => (
            "アイテムをお返ししました",
            "{store}での{product}の返金内容が変わったため、アイテムをお返ししました: {items}。",
        ),
        NoticeName::AccessLost => ("利用権が終了しました", "{product}の利用権が終了しました。"),
        NoticeName::AccessRestored => ("利用権が回復しました", "{product}を利用できます。"),
    }
}
