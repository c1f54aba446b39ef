"""Invented Indonesian names of one to three words."""

from random import Random

from gelombang.kit.nik import Sex

_SINGLE_NAME_SHARE = 0.12  # many Indonesians have one name only
_THREE_NAMES_SHARE = 0.25

_WOMEN = (
    "Siti Sri Dewi Nur Ni Ayu Ratna Wati Rina Yuni Lestari Indah Fitri Putri Endang Kartini "
    "Wulan Yanti Tuti Lilis Eka Dian Maya Rini Susi Nurul Aisyah Khadijah Halimah Rohana "
    "Juminten Suwarni Ngatinah Made Wayan Luh Komang Maria Yohana Elisabet Marlina Rosmawati "
    "Hasnah Zubaidah Mutiara Anisa Intan Melati Nanda Reni Sumiati Tri Umi Vina Winarti Yulia "
    "Asih Bunga Citra Desi Ernawati"
).split()
_MEN = (
    "Budi Agus Joko Slamet Ahmad Muhammad Bambang Hendra Eko Dwi Tri Adi Rizky Fajar Dedi Asep "
    "Ujang Wayan Made Nyoman Ketut Yohanes Petrus Markus Daniel Rahmat Iwan Yusuf Ibrahim Abdul "
    "Zainal Sutrisno Suparman Wahyu Bayu Arif Rudi Hasan Husein La Andi Teuku Cut Togar "
    "Parlindungan Marihot Ferdinand Yakobus Samuel Gilang Ilham Imam Jaka Kurnia Lukman Mulyono "
    "Nanang Purnomo Rusli Tono"
).split()
_SECOND = (
    "Santoso Wijaya Hidayat Saputra Nugroho Susanto Setiawan Kurniawan Pratama Wibowo Utomo "
    "Gunawan Rahman Hakim Firmansyah Ramadhan Maulana Siregar Nasution Harahap Simanjuntak "
    "Sitompul Ginting Tampubolon Lubis Pohan Daulay Suryani Rahayu Handayani Puspita Permata "
    "Anggraini Maharani Kusuma Mahendra Suardana Sudarma Artawan Lapu Wenda Tabuni Rumbiak "
    "Wanggai Kaisiepo Latuconsina Pattiasina Manuhutu Rumengan Mamangkey Palar Lintang "
    "Sembiring Tarigan Batubara Mattalatta Mappanyukki Paturusi Abdullah Ismail Karim Malik "
    "Salim Basri Effendi Djafar Noor Yasin"
).split()


def invent_name(chance: Random, sex: Sex) -> str:
    """A name as an identity card shows it, one to three words."""
    first = chance.choice(_WOMEN if sex == "female" else _MEN)
    draw = chance.random()
    if draw < _SINGLE_NAME_SHARE:
        return first
    if draw < _SINGLE_NAME_SHARE + _THREE_NAMES_SHARE:
        return f"{first} {chance.choice(_SECOND)} {chance.choice(_SECOND)}"
    return f"{first} {chance.choice(_SECOND)}"


def other_name(chance: Random, name: str) -> str:
    """A name that no comparison would take for `name`."""
    words = name.upper().split()
    while True:
        draft = f"{chance.choice(_SECOND)} {chance.choice(_SECOND)}"
        if not set(draft.upper().split()) & set(words):
            return draft
