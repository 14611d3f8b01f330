from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0005_retention_and_checks'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='auditrecord',
            index=models.Index(fields=['-at', '-id'], name='audit_audit_at_75dfa9_idx'),
        ),
    ]
