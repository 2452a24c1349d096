"""Credentials that have a prefix of their vendor.

Vendors mark them so that scanners find them: https://docs.github.com/code-security/secret-scanning,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html and others.
"""

import re

PREFIXES: dict[str, tuple[str, ...]] = {
    "1Password": ("ops_eyJ",),
    "age": ("AGE-SECRET-KEY-1",),
    "Alibaba Cloud": ("LTAI",),
    "Amazon Web Services": (
        "AKIA", "ASIA", "ABIA", "ACCA", "AGPA", "AIDA", "AIPA", "ANPA", "ANVA", "AROA", "APKA",
        "ABSK", "bedrock-api-key-", "amzn.mws.",
    ),
    "Anthropic, OpenAI and who copied them": ("sk-",),
    "Atlassian": ("ATATT3", "ATCTT3", "ATBB", "ATOA"),
    "Brevo": ("xkeysib-", "xsmtpsib-"),
    "Cerebras": ("csk-",),
    "Databricks": ("dapi",),
    "DigitalOcean": ("dop_v1_", "doo_v1_", "dor_v1_"),
    "Discord webhooks": ("discord.com/api/webhooks/", "discordapp.com/api/webhooks/"),
    "Docker": ("dckr_pat_", "dckr_oat_"),
    "Doppler": ("dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."),
    "Dynatrace": ("dt0c01.", "dt0s01."),
    "Figma": ("figd_", "figdr_", "figoh_"),
    "Fly.io": ("fo1_", "fm1r_", "fm2_"),
    "GitHub": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    "GitLab": (
        "glpat-", "gldt-", "glrt-", "glrtr-", "glcbt-", "glptt-", "glft-", "glimt-", "glagent-",
        "glsoat-", "gloas-", "glffct-", "glwt-", "GR1348941",
    ),
    "Google": ("AIza", "AQ.", "GOCSPX-", "ya29."),
    "Grafana": ("glc_", "glsa_"),
    "Groq": ("gsk_",),
    "HashiCorp": ("hvs.", "hvb.", "hvr."),
    "Heroku": ("HRKU-",),
    "Hugging Face": ("hf_", "api_org_"),
    "LangSmith": ("lsv2_pt_", "lsv2_sk_"),
    "Langfuse": ("pk-lf-",),
    "Linear": ("lin_api_", "lin_oauth_"),
    "Netlify": ("nfp_", "nfc_", "nfo_", "nfu_", "nfb_"),
    "New Relic": ("NRAK-", "NRJS-", "NRII-"),
    "Notion": ("ntn_",),
    "npm": ("npm_",),
    "NVIDIA": ("nvapi-",),
    "OpenShift": ("sha256~",),
    "Perplexity": ("pplx-",),
    "Pinecone": ("pcsk_",),
    "PlanetScale": ("pscale_tkn_", "pscale_pw_", "pscale_oauth_"),
    "Postman": ("PMAK-",),
    "PyPI": ("pypi-",),
    "Replicate": ("r8_",),
    "RubyGems": ("rubygems_",),
    "SendGrid": ("SG.",),
    "Sentry": ("sntrys_", "sntryu_"),
    "Shopify": ("shpat_", "shpca_", "shppa_", "shpss_"),
    "Slack": (
        "xoxa-", "xoxb-", "xoxc-", "xoxd-", "xoxe-", "xoxe.", "xoxo-", "xoxp-", "xoxr-", "xoxs-",
        "xapp-", "xwfp-", "hooks.slack.com/services/", "hooks.slack.com/workflows/",
    ),
    "Sourcegraph": ("sgp_",),
    "Square": ("sq0atp-", "sq0csp-"),
    "Stripe": (
        "sk_live_", "sk_test_", "rk_live_", "rk_test_", "pk_live_", "pk_test_", "whsec_",
    ),
    "Supabase": ("sbp_", "sb_secret_", "sb_publishable_"),
    "Tavily": ("tvly-",),
    "Tencent Cloud": ("AKID",),
    "Typeform": ("tfp_",),
    "xAI": ("xai-",),
    "Yandex": ("AQVN",),
}  # fmt: skip
"""By vendor, case-sensitive. Credentials without a prefix (hexadecimal digits) are not here."""

SHORTEST = 12
"""The least characters after the prefix."""

TOKEN = re.compile(
    rf"(?<![A-Za-z0-9])(?:{'|'.join(re.escape(one) for each in PREFIXES.values() for one in each)})"
    rf"[\w.~+/=-]{{{SHORTEST},}}"
)
