"""Tables of made-up people."""

import numpy as np

NAMES = ["Mary Johnson", "James Smith", "Linda Brown", "Robert Davis", "Susan Miller"]
MORE = {
    "en": [
        "MRN",
        "First Name",
        "dob",
        "Phone",
        "Email",
        "Street",
        "City",
        "ZIP",
        "Sex",
        "Age",
        "AdmitDate",
        "weight_kg",
        "Comment",
    ],
    "es": [
        "NHC",
        "Nombre",
        "Fecha de nacimiento",
        "Teléfono",
        "Correo electrónico",
        "Dirección",
        "Ciudad",
        "Código postal",
        "Sexo",
        "Edad",
        "Fecha de ingreso",
        "Peso",
        "Observaciones",
    ],
    "zh": [
        "病历号",
        "姓名",
        "出生日期",
        "手机",
        "邮箱",
        "家庭住址",
        "城市",
        "邮编",
        "性别",
        "年龄",
        "入院日期",
        "体重(kg)",
        "备注",
    ],
}
KINDS = [
    "subject",
    "name",
    "birth",
    "phone",
    "email",
    "street",
    "place",
    "postcode",
    "quasi",
    "age",
    "date",
    "measurement",
    "text",
]


def table(rows=120):
    dice = np.random.default_rng(5)
    return [
        [
            f"{dice.integers(100000, 999999)}",
            NAMES[at % 5].split()[0],
            f"{1930 + at % 70}-03-0{1 + at % 9}",
            f"617-555-0{at:03d}",
            f"p{at}@mail.example",
            f"{at + 1} Maple Street",
            "Wakefield",
            f"0{1880 + at % 9}",
            "FM"[at % 2],
            f"{20 + at % 75}",
            f"2021-02-{1 + at % 27:02d}",
            f"{50 + at / 7:.1f}",
            "feels much better than last week" if at % 2 else f"call 617-555-0{at:03d} tomorrow please",
        ]
        for at in range(rows)
    ]
