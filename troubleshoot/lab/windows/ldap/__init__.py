"""LDAP as scripts reach it: search filters, and the objects behind [ADSI] and DirectorySearcher."""
