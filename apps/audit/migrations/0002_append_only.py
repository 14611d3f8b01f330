"""The record is append-only: the database itself refuses to change or delete a line.

Retention, which will be the one thing allowed to delete, announces itself with a setting of its own transaction.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_append_only() RETURNS trigger AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('showrunner.audit_retention', true) = 'on' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the audit record is append-only';
END $$ LANGUAGE plpgsql;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_auditrecord
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();
"""
BACKWARD = "DROP TRIGGER audit_append_only ON audit_auditrecord; DROP FUNCTION audit_append_only();"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
