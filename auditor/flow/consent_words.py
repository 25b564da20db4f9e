"""Words of buttons that no step may name, because pressing one binds, spends or destroys.

In the eleven languages of the shipped site. A flow is data that a stranger may have written.
"""

from __future__ import annotations

import re

from auditor.text import fold_text

# Beginnings of words, so that inflected forms count too.
_BEGINNINGS = (
    *("accept", "agree", "allow all", "consent", "continue", "confirm", "delete", "pay", "buy"),
    *("purchase", "subscribe", "akzept", "zustimm", "einverstanden", "weiter", "fortfahren"),
    *("bestätig", "lösch", "bezahl", "zahlen", "kaufen", "j'accepte", "accord", "continu"),
    *("confirm", "supprim", "payer", "achet", "acept", "acuerdo", "elimin", "borrar", "pagar"),
    *("comprar", "aceit", "concord", "exclu", "apagar", "accett", "acconsent", "prosegui"),
    *("conferm", "cancella", "paga", "acquista", "terima", "setuju", "lanjut", "hapus", "bayar"),
    "beli",
)
# Written without spaces, or with endings that `\\b` does not know.
_PARTS = (
    *("同意", "承諾", "許可", "続行", "続ける", "削除", "支払", "購入"),
    *("동의", "수락", "계속", "삭제", "결제", "구매"),
    *("स्वीकार", "सहमत", "जारी रखें", "हटाएं", "हटाएँ", "मिटाएं", "भुगतान", "खरीद"),
)
_BINDING = re.compile(
    "|".join(
        (
            *(rf"(?<![^\W_]){re.escape(fold_text(word))}" for word in _BEGINNINGS),
            *(re.escape(fold_text(word)) for word in _PARTS),
        )
    )
)


def names_binding_button(text: str) -> bool:
    """Return whether a name, test id or selector is that of a button that binds the person."""
    return _BINDING.search(fold_text(text)) is not None
