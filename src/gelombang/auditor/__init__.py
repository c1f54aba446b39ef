"""The auditor: a second program that believes nothing.

It reads the database as the role `gelombang_auditor`, in one read-only snapshot, with SQL of its
own. It imports nothing of the product and is only ever started as a process.
"""
