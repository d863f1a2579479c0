from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("newsletter/", views.newsletter, name="newsletter"),
    path("signup/", views.signup, name="signup"),
    path("stock/count/", views.count_stock, name="count-stock"),
    path("stock/reserve/<int:article>/", views.reserve, name="reserve"),
    path("revenue/", views.revenue, name="revenue"),
    path("price/<str:currency>/", views.price, name="price"),
]
