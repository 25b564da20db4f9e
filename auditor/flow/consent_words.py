"""Words of buttons that no step may name: pressing one binds, spends, destroys or signs out.

In the eleven languages of the shipped site. A flow is data that a stranger may have written.
"""

from __future__ import annotations

import re
from functools import cache

from auditor.text import fold_text

# Beginnings of words, so that inflected forms count too.
_BEGINNINGS = (
    *("accept", "agree", "allow all", "consent", "continue", "confirm", "delete", "pay", "buy"),
    *("purchase", "subscribe", "akzept", "zustimm", "einverstanden", "weiter", "fortfahren"),
    *("bestätig", "lösch", "bezahl", "zahlen", "kaufen", "j'accepte", "accord", "continu"),
    *("confirm", "supprim", "payer", "achet", "acept", "acuerdo", "elimin", "borrar", "pagar"),
    *("comprar", "aceit", "concord", "exclu", "apagar", "accett", "acconsent", "prosegui"),
    *("conferm", "cancella", "paga", "acquista", "terima", "setuju", "lanjut", "hapus", "bayar"),
    *("beli", "annehm", "stimme zu", "effac", "poursuiv", "seguir", "prosseguir", "menyetuju"),
    *("menghapus", "konfirmasi", "membayar", "log out", "logout", "log-out", "sign out", "signout"),
    *("sign-out", "sign_out", "log_out", "abmeld", "ausloggen", "se déconnect", "déconnexion"),
    *("cerrar sesión", "sair", "desconect", "esci", "disconnett", "keluar"),
)
# Written without spaces, or with endings that `\\b` does not know.
_PARTS = (
    *("同意", "承諾", "許可", "続行", "続ける", "削除", "支払", "購入"),
    *("承認", "受け入れ", "次へ", "消去", "確認", "ログアウト"),
    *("동의", "수락", "계속", "삭제", "결제", "구매", "허용", "지불", "확인", "로그아웃"),
    *(
        "स्वीकार",
        "सहमत",
        "जारी रखें",
        "हटाएं",
        "हटाएँ",
        "मिटाएं",
        "भुगतान",
        "खरीद",
        "मिटाएँ",
        "पुष्टि",
        "लॉग आउट",
    ),
)


def names_binding_button(text: str) -> bool:
    """Return whether a name, test id or selector is that of a button that binds the person."""
    return _compile_words().search(fold_text(text)) is not None


@cache
def _compile_words() -> re.Pattern[str]:
    """Compile the words when they are first asked for: it takes 5 ms."""
    beginnings = (rf"(?<![^\W_]){re.escape(fold_text(word))}" for word in _BEGINNINGS)
    parts = (re.escape(fold_text(word)) for word in _PARTS)
    return re.compile("|".join((*beginnings, *parts)))
