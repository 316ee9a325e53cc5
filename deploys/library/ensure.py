#!/usr/bin/python
"""Run a command unless a condition already holds: what ansible.builtin.command cannot tell.

That module is left out of a check (`--check`), and with it every difference it would have mended.
"""

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: ensure
short_description: Run a command unless a condition already holds
description:
  - The word C(ensure) of deploys/vocabulary.py. In check mode the condition is asked all the same.
options:
  do:
    description: The command (POSIX shell) that makes the condition true.
    type: str
    required: true
  unless:
    description: The condition (POSIX shell, read only). Without one the command is always due.
    type: str
    default: "false"
"""


def main() -> None:
    """Ask, and act on a clear no."""
    module = AnsibleModule(
        argument_spec={
            "do": {"type": "str", "required": True},
            "unless": {"type": "str", "default": "false"},
        },
        supports_check_mode=True,
    )
    do, unless = module.params["do"], module.params["unless"]
    if module.run_command(["/bin/sh", "-c", unless])[0] == 0:
        module.exit_json(changed=False, msg="already so")
    diff = {"before": f"not so: {unless}\n", "after": f"{do}\n"}
    if module.check_mode:
        module.exit_json(changed=True, diff=diff)
    code, out, err = module.run_command(["/bin/sh", "-c", do])
    if code:
        said = [line for line in (*err.splitlines(), *out.splitlines()) if line.strip()]
        reason = said[-1] if said else f"exit code {code}"
        module.fail_json(msg=reason, rc=code, stdout=out, stderr=err, cmd=do)
    module.exit_json(changed=True, diff=diff, stdout=out, stderr=err)


if __name__ == "__main__":
    main()
