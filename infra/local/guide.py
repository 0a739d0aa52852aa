"""What `run` prints when everything is up: addresses, passwords, and lines to paste into a second terminal."""

import shlex

from infra.local import site
from infra.local.accounts import ACCOUNTS
from infra.local.cloud import LocalCloud
from infra.local.desk import SIGN_IN_TARGET
from infra.local.workspace import AGENT, Workspace

CUSTOMER, CUSTOMER_NAME = "4915550000199", "Lena Vogt"

GUIDE = """
The desk is up.

  workspace       {page}
  chat widget     {site}
  customers       {phones}
  agents' API     {api}
  webhooks        {inbound}
  simulators      {simulators}/sim/health
  AWS endpoint    {endpoint}   (region us-east-1, key test, secret test)

  {people}

Paste these into a second terminal (they use curl and the Python of .venv), in this order:

1. sign in as the agent
{sign_in}

2. send a WhatsApp message as the customer {customer_name}
{say}

3. list conversations (the newest is hers)
{list}

4. reply to her
{reply}

5. look at the customer's phone
{phone}

6. see the marks: sent, delivered, read
{marks}

What a function wrote:  .venv/bin/python -m infra.local logs webhook_intake --follow
The same job without a person, on every channel:  make demo   (CHANNEL=line for one; there are {channels})
"""


def text(cloud: LocalCloud, workspace: Workspace, page: str) -> str:
    """The whole guide. `page`: where the workspace is, or why there is none."""
    return GUIDE.format(
        page=page,
        site=_site(page, workspace),
        phones=f"{page}/dev/phones" if page.startswith("http") else "by curl, as below",
        api=cloud.api_url,
        inbound=cloud.inbound_url,
        simulators=cloud.providers.url,
        endpoint=cloud.endpoint_url,
        people="\n  ".join(f"{one.role:<11} {one.email}   {one.password}" for one in workspace.people.values()),
        customer_name=CUSTOMER_NAME,
        channels=", ".join(sorted(ACCOUNTS)),
        **_lines(cloud, workspace),
    )


def _site(page: str, workspace: Workspace) -> str:
    """A page of another site than the workspace's."""
    if not page.startswith("http"):
        return page
    return f"{page.replace('127.0.0.1', 'localhost')}{site.PATH}?chat={workspace.inboxes['web_chat'].id}"


def _lines(cloud: LocalCloud, workspace: Workspace) -> dict[str, str]:
    agent = workspace.people[AGENT]
    account = workspace.inboxes["whatsapp"].account_id
    customer = f"{cloud.providers.url}/sim/whatsapp/numbers/{account}/customers/{CUSTOMER}"
    signing_in = (
        '{"AuthFlow": "USER_PASSWORD_AUTH", '
        f'"ClientId": "{cloud.outputs["UserPoolClientId"]}", '
        f'"AuthParameters": {{"USERNAME": "{agent.email}", "PASSWORD": "{agent.password}"}}}}'
    )
    saying = f'{{"text": "Hello, is anybody there?", "name": "{CUSTOMER_NAME}"}}'
    replying = '{"client_id": "\'$(date +%s)\'", "text": "Yes! How can I help?"}'
    asking = f'curl -s -H "Authorization: Bearer $TOKEN" {cloud.api_url}'
    first = _python("json.load(sys.stdin)['items'][0]['id']")
    token = _python("json.load(sys.stdin)['AuthenticationResult']['AccessToken']")
    marks = _python("[(m['text'], m['state'], m['marks']) for m in json.load(sys.stdin)['items'] if m.get('state')]")
    json_body = "-H 'Content-Type: application/json'"
    return {
        "sign_in": f"TOKEN=$(curl -s {cloud.endpoint_url}/ -H 'Content-Type: application/x-amz-json-1.1' "
        f"-H 'X-Amz-Target: {SIGN_IN_TARGET}' -d {shlex.quote(signing_in)} | {token})",
        "say": f"curl -s {customer}/messages {json_body} -d {shlex.quote(saying)}",
        "list": f"{asking}/conversations | python3 -m json.tool\nCONVERSATION=$({asking}/conversations | {first})",
        "reply": f"{asking}/conversations/$CONVERSATION/messages {json_body} -d '{replying}'",
        "phone": f"curl -s {customer}/phone | python3 -m json.tool",
        "marks": f"{asking}/conversations/$CONVERSATION/messages | {marks}",
    }


def _python(expression: str) -> str:
    return f'python3 -c "import json, sys; print({expression})"'
