"""Django's admin app with our site in it. Imported before any model can be."""

from django.contrib.admin.apps import AdminConfig


class OperationsAdminConfig(AdminConfig):
    default_site = "apps.operations.site.OperatorSite"
