"""Folders in which nobody looks for mail: where rules of attackers put what the owner must not see."""

from typing import Final

# RSS, Conversation History, Archive, Deleted Items. A mailbox names them in the language of its owner; these are the
# names in English, German, French, Spanish, Italian, Portuguese and Dutch, from memory but for the English ones.
HIDING: Final = frozenset(
    {
        *("rss feeds", "rss subscriptions", "rss-feeds", "rss-abonnements", "flux rss", "fuentes rss", "feed rss"),
        *("conversation history", "aufgezeichnete unterhaltungen", "unterhaltungsverlauf"),
        *("historique des conversations", "historial de conversaciones", "cronologia conversazioni"),
        *("histórico de conversas", "histórico de conversações", "gespreksgeschiedenis"),
        *("archive", "archiv", "archivo", "archivio", "arquivo", "arquivo morto", "archief", "archives"),
        *("deleted items", "gelöschte elemente", "éléments supprimés", "elementos eliminados", "posta eliminata"),
        *("elementi eliminati", "itens excluídos", "itens eliminados", "verwijderde items"),
    }
)
