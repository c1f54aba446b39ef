"""Django's settings, made from the environment; nothing else of ours reads them deep inside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from gelombang.settings import logs
from gelombang.settings.environment import load

GELOMBANG = environment = load()

# What Django is made of here
SECRET_KEY = environment.secret_key.get_secret_value()
DEBUG = False
ROOT_URLCONF = "gelombang.settings.urls"
ASGI_APPLICATION = "gelombang.settings.asgi.application"
WSGI_APPLICATION = "gelombang.settings.wsgi.application"
ALLOWED_HOSTS = sorted(
    {"127.0.0.1", "localhost", "[::1]", str(urlsplit(environment.base_url).hostname)}
    | set(environment.allowed_hosts)
)
INSTALLED_APPS = [
    "gelombang.records.audit",
    "gelombang.records.programme",
    "gelombang.records.partners",
    "gelombang.records.keys",
    "gelombang.records.notices",
    "gelombang.records.people",
    "gelombang.records.ledger",
    "gelombang.journey.nominations",
    "gelombang.journey.registration",
    "gelombang.journey.verification",
    "gelombang.journey.waves",
    "gelombang.journey.selection",
    "gelombang.journey.learning",
    "gelombang.journey.certification",
    "gelombang.journey.feedback",
    "gelombang.journey.disbursement",
    "gelombang.web.public",
    "gelombang.web.participants",
    "gelombang.web.agencies",
    "gelombang.web.operators",
    "gelombang.web.providers",
    "gelombang.web.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
]
MIDDLEWARE = [
    "gelombang.settings.headers.security_headers",
    "gelombang.web.admission.ask_for_a_pass",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"


def _database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "CONN_HEALTH_CHECKS": True,  # a connection of before an outage is never handed out
        "OPTIONS": {
            "options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s",
            "connect_timeout": 5,
            "pool": {
                "min_size": 1,
                "max_size": environment.database_connections,
                "timeout": 4,
                # After an outage the pool tries ever less often, for minutes: give up early, so
                # that the next request opens a connection of its own.
                "reconnect_timeout": 3,
            },
        },
    }


DATABASES = {"default": _database(environment.database_url.get_secret_value())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Language, zone, static files
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "bahasa"
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = environment.is_secure
USE_I18N = True
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True
STATIC_URL = "/static/"

# Sessions and forms
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "sesi"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = environment.is_secure
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = environment.is_secure
CSRF_FAILURE_VIEW = "gelombang.web.public.trouble.no_token"
CSRF_TRUSTED_ORIGINS = [environment.base_url]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# Staff: password, then a code of their device; locked out after five failures
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "gelombang.web.operators.signin.locked_out"
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "Gelombang"

# Headers (the content security policy is in settings.headers)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = environment.is_secure
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if environment.is_secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = environment.is_secure
SECURE_HSTS_PRELOAD = environment.is_secure
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.is_secure else None
X_FRAME_OPTIONS = "DENY"

logs.configure(level=environment.log_level, form=environment.log_format)
LOGGING = logs.configuration(level=environment.log_level, form=environment.log_format)
