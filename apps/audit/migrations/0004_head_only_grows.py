"""The end of a chain moves on by one line at a time and is never removed; lines from before get their end."""

from django.db import migrations

FORWARD = """
INSERT INTO audit_audithead (chain, number, hash, seal)
  SELECT DISTINCT ON (chain) chain, number, hash, '' FROM audit_auditrecord ORDER BY chain, number DESC
  ON CONFLICT DO NOTHING;
CREATE FUNCTION audit_head_only_grows() RETURNS trigger AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.chain = OLD.chain AND NEW.number IN (OLD.number, OLD.number + 1) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the end of an audit chain only moves on';
END $$ LANGUAGE plpgsql;
CREATE TRIGGER audit_head_only_grows BEFORE UPDATE OR DELETE ON audit_audithead
  FOR EACH ROW EXECUTE FUNCTION audit_head_only_grows();
"""
BACKWARD = "DROP TRIGGER audit_head_only_grows ON audit_audithead; DROP FUNCTION audit_head_only_grows();"


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_audithead")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
