"""How mail clients quote in languages in which nobody is asked: a rep may have a client or a phone set to one of them.

No words of people, only of clients. Sources: the localisations of Gmail, Outlook, Apple Mail and Thunderbird, as replies
written with them look.
"""

from __future__ import annotations

from pipeline.reading.languages.table import Language

TABLE = Language(
    code="",
    opens=("dne", "dňa", "dana", "dne.", "în", "la", "tarihinde", "στις", "в", "на", "vào", "pada", "em", "ngày", "el dia", "þann"),
    wrote=(
        "пишет", "написал", "написала", "написал(а)", "писал", "писал(а)", "писала", "пише", "написав", "написала", "написа", "napsal", "napsal(a)", "napsala", "píše", "napísal", "napísal(a)", "napísala",
        "írta", "ezt írta", "a scris", "je napisao", "je napisala", "je napisao/la", "je napisal", "je napisala", "napisao je", "yazdı", "şunları yazdı", "έγραψε", "のメール", "書きました", "のメッセージ", "写道", "寫道", "撰写",
        "작성", "작성:", "đã viết", "menulis", "bertulis", "כתב", "כתבה", "מאת", "كتب", "va escriure", "escribiu", "skrifaði", "idatzi du", "kirjutas", "skreiv",
    ),
    headers=(
        "от", "кому", "тема", "дата", "отправлено", "копия", "от кого", "відправник", "кому:", "надіслано", "від", "од", "odesláno", "komu", "předmět", "kopie", "datum", "odoslané", "predmet", "odosielateľ", "feladó", "küldve",
        "címzett", "tárgy", "dátum", "elküldve", "másolatot kap", "de la", "trimis", "către", "subiect", "kimden", "gönderildi", "gönderme tarihi", "kime", "konu", "tarih", "bilgi", "από", "στάλθηκε", "προς", "θέμα", "ημερομηνία",
        "发件人", "发送时间", "收件人", "主题", "抄送", "寄件者", "傳送時間", "收件者", "主旨", "日期", "寄件日期", "發件人", "差出人", "送信日時", "送信者", "宛先", "件名", "日時", "日付", "cc", "보낸 사람", "보낸 날짜", "받는 사람", "제목", "날짜", "참조",
        "poslano", "za", "zadeva", "šalje", "poslato", "prima", "naslov", "từ", "đã gửi", "đến", "tới", "chủ đề", "ngày", "dari", "dikirim", "kepada", "subjek", "tanggal", "מאת", "נשלח", "אל", "נושא", "من", "إلى", "الموضوع", "sent", "enviat",
    ),
    delimiters=(
        "исходное сообщение", "пересылаемое сообщение", "пересланное сообщение", "původní zpráva", "přeposlaná zpráva", "pôvodná správa", "eredeti üzenet", "továbbított üzenet", "mesaj original", "mesajul original",
        "izvorna poruka", "izvirno sporočilo", "originalna poruka", "özgün ileti", "orijinal mesaj", "iletilmiş mesaj", "αρχικό μήνυμα", "原始邮件", "原始郵件", "转发邮件", "元のメッセージ", "元のメール", "転送メッセージ", "원본 메시지", "원본 메일", "tin nhắn gốc", "pesan asli", "הודעה מקורית", "الرسالة الأصلية", "original message processed by david®",
    ),
    closings=("с уважением", "s pozdravem", "s pozdravom", "üdvözlettel", "cu stimă", "lep pozdrav", "lijep pozdrav", "srdačan pozdrav", "saygılarımla", "με εκτίμηση", "よろしくお願いいたします", "以上", "敬上", "此致", "감사합니다", "trân trọng", "salam", "בברכה", "مع التحية", "з повагою", "поздрави"),
    footers=("отправлено с", "отправлено из", "odesláno z", "odoslané z", "elküldve", "trimis de pe", "trimis de", "poslano s", "poslato sa", "iphone'umdan gönderildi", "iphone'dan gönderildi", "στάλθηκε από", "iphoneから送信", "发自我的", "从我的", "從我的", "寄件自我的", "나의 iphone에서 보냄", "내 iphone에서", "được gửi từ", "dikirim dari", "נשלח מה", "أرسلت من", "надіслано з"),
)  # fmt: skip
