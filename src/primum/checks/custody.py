"""Checks of custody: data is encrypted, opened by grant alone, and every opening is in a log that shows tampering.

Source: Reg. (EU) 2016/679 Art 32; 45 CFR 164.312; RFC 6962.
"""

from primum.domain.claim import Claim, Reading, Said
from primum.domain.norm import Verdict
from primum.domain.study import Limits


class EncryptedAndLogged(Claim):
    """Data is encrypted at rest, each subject under an own key, and the log was found whole.

    Source: 45 CFR 164.312(a)(2)(iv), (b), (c); RFC 6962.
    """

    id = "custody.encrypted-and-logged"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the custodian found each of these to be so when the gate asked."""
        del limits
        cipher, log = reading.text("custody", "cipher"), reading.text("custody", "log")
        missing = [
            (en, zh)
            for name, en, zh in (
                ("encrypted_at_rest", "data is not encrypted at rest", "数据未加密存储"),
                ("key_per_subject", "subjects share a key", "受试者共用密钥"),
                ("log_verified", "the log was not found whole", "日志未通过完整性验证"),
            )
            if reading.take("custody", name) is not True
        ]
        if missing:
            en, zh = "; ".join(one for one, _ in missing), "；".join(one for _, one in missing)
            return Said(Verdict.UNMET, f"{en[0].upper()}{en[1:]}.", f"{zh}。")
        return Said(
            Verdict.MET,
            f"Data is encrypted at rest ({cipher}) with a key for each subject, and the {log} log was found whole.",
            f"数据以 {cipher} 加密存储，每名受试者各有密钥；{log} 日志经验证完整。",
        )


class DefaultDeny(Claim):
    """What no grant allows is refused.

    Source: Reg. (EU) 2016/679 Art 25(2); 45 CFR 164.502(b).
    """

    id = "custody.default-deny"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the custodian's policy denies by default."""
        del limits
        if reading.take("custody", "default_deny") is not True:
            return Said(Verdict.UNMET, "Access is not denied by default.", "访问并非默认拒绝。")
        return Said(
            Verdict.MET,
            "Access is denied unless the committee granted this actor this purpose on this class of data.",
            "未经委员会就人员、用途与数据类别授权，一律拒绝访问。",
        )
