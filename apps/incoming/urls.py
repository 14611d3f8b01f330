from django.urls import path

from apps.incoming import views

app_name = "incoming"
urlpatterns = [path("<slug:source>/", views.hook, name="hook")]
