"""Turkish words for every kind of work.  Data only; how to read it stands in the package."""

from __future__ import annotations

Lines = tuple[tuple[int, str], ...]

WORDS: dict[str, Lines] = {
    "docs": ((6, "dokuman, belgele, kilavuz, readme, kullanim kilavuzu, yazim hata"),),
    "changelog": ((8, "degisiklik gunlug, surum notlari, degisiklik listesi"),),
    "config": ((6, "yapilandirma, ayar dosya, ortam degisken, ayarini, ayarlari, konfigurasyon"),),
    "boilerplate": ((6, "iskelet, sablon, bos sinif, bos modul"),),
    "rename": ((7, "yeniden adlandir, adini ~degistir, ismini ~degistir, adlandir"),),
    "imports": ((7, "kullanilmayan import, importlari, import siralama"),),
    "formatting": ((6, "bicimlendir, girinti, lint hatalari, formatla"),),
    "commit-message": ((9, "commit mesaj, pr aciklama"),),
    "docstring": ((6, "yorum ekle, yorum satir, aciklama satir, docstring"),),
    "naming": ((7, "daha iyi isim, isim oner, ne isim, hangi isim, isim bul"),),
    "classification": ((7, "siniflandir, kategorize, etiketle, onceliklendir"),),
    "search": ((8, "nerede, hangi dosya, hangi dosyada, nereden cagril, bul ve listele, hepsini listele"),),
    "summary": ((7, "ozetle, ozet, kisaca"),),
    "handoff": ((8, "devir, sonraki oturum, devret"),),
    "tests": ((8, "birim test, test yaz, testleri yaz, testler yaz, test ekle, test kapsam"),),
    "e2e-tests": ((10, "uctan uca, tarayici test"),),
    "feature": (
        (5, "ozellik, ozelligi, ekleyebil, gelistir, olanak"),
        (3, "ekle, olustur, yap"),
    ),
    "bug-fix": ((6, "calismiyor, hata, hatali, duzelt, yanlis, gorunmuyor, kaydetmiyor"),),
    "refactor": ((6, "yeniden duzenle, sadelestir, fonksiyonu ~bol, temizle"),),
    "review": ((7, "kodu incele, kod incelemesi, pr incele, gozden gecir, bak"),),
    "api-endpoint": ((7, "uc nokta, endpoint ekle"),),
    "database-query": ((7, "sql sorgusu, sorgu yaz, sorgu, sorgusu"),),
    "build-plan": ((9, "plani ~gorevlere, gorevlere bol, gorev listesi"),),
    "remediation": ((8, "inceleme yorumlari, bulgulari, geri bildirimleri"),),
    "dependency-update": ((7, "bagimlilik, son surum, surumune yukselt, surumunu guncelle"),),
    "ui": ((6, "renk, rengi, hizala, ortala, tasarim, kenar boslug, gorunum, yazi tipi"),),
    "planning": ((8, "planla, plan hazirla, plan yap, yol haritasi, nasil ilerle"),),
    "research": ((8, "arastir, karsilastir, hangi kutuphane, secenekler, artilari"),),
    "architecture": ((9, "mimari, sistem tasarla, tasarla"),),
    "validation": ((9, "gereksinim, plani dogrula, plani kontrol, celiski"),),
    "audit": ((9, "denetle, denetim, bastan sona kontrol"),),
    "debugging": ((9, "neden, nedenini, sebebini, bazen, ara sira, rastgele, donuyor, cokuyor"),),
    "migration": ((9, "tasi ~gecir, gecis, gecir, goc, tasima, migrasyon"),),
    "schema": (
        (9, "veritabani tablo, yeni tablo, tablosu, sutun, kolon, veri modeli, veritabani semasi, yabanci anahtar"),
        (9, "birincil anahtar, veri tabani"),
    ),
    "security": (
        (9, "guvenlik, guvenlig, acigi, zafiyet, sifrele, yetkisiz, baskalarinin, baska kullanici, diger kullanici"),
        (6, "sifre, sifresi, parolasi, parolayi, oturum, giris yap, kimlik dogrula, yetki, odeme, kredi kart"),
        (6, "kisisel veri, girisi"),
    ),
    "performance": ((8, "yavas, cok yavas, hizlandir, performans, optimize, bellek kullanim, uzun suruyor"),),
    "concurrency": ((9, "es zamanli, eszamanli, ayni anda, kilitlen, yaris durumu, kilit"),),
    "multi-file-refactor": ((9, "tum moduller, butun projede, tum projede, tum servisler"),),
    "orchestration": ((9, "ajanlar, alt ajan, ajanlara, koordine"),),
}
