"""Forms of the library."""

from apps.library.forms.brand import BrandForm
from apps.library.forms.files import RightsForm, UploadForm, VideoUploadForm
from apps.library.forms.lists import PERIODS, SelectedForm, TagSelectedForm, VideoFilterForm
from apps.library.forms.words import ApplyForm, EditSelectedForm, MetadataForm, WordTemplateForm

__all__ = [
    "PERIODS",
    "ApplyForm",
    "BrandForm",
    "EditSelectedForm",
    "MetadataForm",
    "RightsForm",
    "SelectedForm",
    "TagSelectedForm",
    "UploadForm",
    "VideoFilterForm",
    "VideoUploadForm",
    "WordTemplateForm",
]
