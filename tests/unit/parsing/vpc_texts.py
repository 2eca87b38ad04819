"""Outputs of Nexus switches of several releases, for the tests of their parsers."""

from __future__ import annotations

LEGEND = "Legend:\n                (*) - local vPC is down, forwarding via vPC peer-link\n\n"

HEAD = """\
vPC domain id                     : 100 \n\
Peer status                       : peer adjacency formed ok      \n\
vPC keep-alive status             : peer is alive                 \n\
Configuration consistency status  : success \n\
Per-vlan consistency status       : success                       \n\
Type-2 consistency status         : success \n\
vPC role                          : secondary, operational primary
Number of vPCs configured         : 3   \n\
Peer Gateway                      : Enabled
Dual-active excluded VLANs        : -
Graceful Consistency Check        : Enabled
Auto-recovery status              : Enabled, timer is off.(timeout = 240s)
Delay-restore status              : Timer is off.(timeout = 30s)
Operational Layer3 Peer-router    : Disabled

"""
LINK = """\
vPC Peer-link status
---------------------------------------------------------------------
id    Port   Status Active vlans    \n\
--    ----   ------ -------------------------------------------------
1     Po1    up     1,101-104,310-
                    315,900-950

"""
TABLE = """\
vPC status
----------------------------------------------------------------------------
Id    Port          Status Consistency Reason                Active vlans
--    ------------  ------ ----------- ------                ---------------
1     Po20          up     success     success               101,103-104,310-
                                                             312

11    Po11          down*  failed      vPC type-1            -              \n\
                                       configuration
                                       incompatible - STP
                                       interface port type
                                       inconsistent
12    Po12          down   Not         Consistency Check Not -
                           Applicable  Performed
"""
TAIL = """\

Please check "show vpc consistency-parameters vpc <vpc-num>" for the \n\
consistency reason of down vpc and for type-2 consistency reasons for \n\
any vpc.

"""
NEW = LEGEND + HEAD + LINK + TABLE + TAIL

# An old image: single blanks, another label, another spelling of the reason, lists and reasons without a column.
OLD = """\
Legend:
(*) - local vpc is down, forwarding via vPC peer-link

vPC domain id : 10
Peer status : peer adjacency formed ok
vPC keep-alive status : peer is alive
Configuration consistency status: failed
Configuration consistency reason: vPC type-1 configuration incompatible - STP interface port type inconsistent
vPC role : secondary
Number of vPC configured : 2

vPC peer-link status
---------------------------------------------------------------------
id Port Status Active vlans
-- ---- ------ --------------------------------------------------
1 Po10 up 1-100

vPC status
----------------------------------------------------------------------
id Port Status Consistency Reason Active vlans
-- ---- ------ ----------- -------------------------- ------------
20 Po20 up failed vPC type-1 configuration -
incompatible - STP
interface port type
inconsistent
21 Po21 up success success 1-40,
50
"""

UNCONFIGURED = """\
vPC domain id                     : Not configured
Peer status                       : peer link not configured      \n\
vPC keep-alive status             : Disabled                      \n\
Configuration consistency status  : failed  \n\
Per-vlan consistency status       : failed                        \n\
Configuration inconsistency reason: vPC peer-link does not exist  \n\
Type-2 consistency status         : failed  \n\
Type-2 inconsistency reason       : vPC peer-link does not exist  \n\
vPC role                          : none established              \n\
Number of vPCs configured         : 0   \n\
Peer Gateway                      : Disabled
Graceful Consistency Check        : Disabled (due to peer configuration)
"""

SPLIT = """\
vPC domain id                     : 40  \n\
Peer status                       : peer link is down             \n\
vPC keep-alive status             : Suspended (Destination IP not reachable)
Configuration consistency status  : success \n\
vPC role                          : secondary
Number of vPCs configured         : 1   \n\

vPC Peer-link status
---------------------------------------------------------------------
id    Port   Status Active vlans    \n\
--    ----   ------ -------------------------------------------------
1     Po1    down   -                                                           \n\

vPC status
----------------------------------------------------------------------------
Id    Port          Status Consistency Reason                Active vlans
--    ------------  ------ ----------- ------                ---------------
3     Po3           down   failed      Peer-link is down     -              \n\
"""

CHANNELS = """\
Flags:  D - Down        P - Up in port-channel (members)
        I - Individual  H - Hot-standby (LACP only)
        s - Suspended   r - Module-removed
        b - BFD Session Wait
        S - Switched    R - Routed
        U - Up (port-channel)
        p - Up in delay-lacp mode (member)
        M - Not in use. Min-links not met
--------------------------------------------------------------------------------
Group Port-       Type     Protocol  Member Ports
      Channel
--------------------------------------------------------------------------------
1     Po1(SU)     Eth      LACP      Eth1/47(P)   Eth1/48(P)
11    Po11(SD)    Eth      LACP      Eth1/19(s)   Eth1/20(I)   Eth1/21(P)
                                     Eth100/1/22(H)
12    Po12(SD)    Eth      NONE      --
20    Po20(SU)    Eth      NONE      Eth1/5(P)
"""

PARAMETERS = """\
    Legend:
        Type 1 : vPC will be suspended in case of mismatch

Name                        Type  Local Value            Peer Value             \n\
-------------               ----  ---------------------- -----------------------
STP Port Type               1     Edge Port              Normal Port            \n\
STP Port Type, Edge         1     Normal, Disabled,      Normal, Disabled,     \n\
BPDUFilter, Edge BPDUGuard        Disabled               Enabled              \n\
STP MST Region Instance to  1                                                  \n\
 VLAN Mapping                                                                  \n\
Network Qos (Pause)         2     (T, F, F, F, F, F)     (F, T, F, F, F, F)
lag-id                      1     [(7f9b,                [(7f9b,               \n\
                                  0-23-4-ee-be-64, 80c8, 0-23-4-ee-be-64, 80c8,
                                  0, 0)]                 0, 0)]                \n\
mode                        1     active                 on                     \n\
Speed                       1     10 Gb/s                -
Allowed VLANs               -     14,54-55,57,62,66-70,7 14,54-55,57,62,66-70,7
                                  5,77-79,81             5,77-79,82            \n\
Local suspended VLANs       -     906   \n\
"""

ROLE = """\
vPC Role status
----------------------------------------------------
vPC role                        : secondary                     \n\
Dual Active Detection Status    : 0
vPC system-mac                  : 00:23:04:ee:be:64             \n\
vPC system-priority             : 32667
vPC local system-mac            : 0C:7F:4D:a8:51:07             \n\
vPC local role-priority         : 4000
vPC local config role-priority  : 4000
vPC peer system-mac             : 0c:7f:4d:05:36:07             \n\
vPC peer role-priority          : 32667
"""

KEEPALIVE = """\

vPC keep-alive status             : peer is alive                 \n\
--Peer is alive for             : (6459) seconds, (378) msec
--Send status                   : Success
--Last send at                  : 2023.04.04 19:20:57 700 ms
--Sent on interface             : mgmt0
--Receive status                : Success

vPC Keep-alive parameters
--Destination                   : 10.0.0.2
--Keepalive interval            : 1000 msec
--Keepalive vrf                 : management
--Keepalive udp port            : 3200
--Keepalive tos                 : 192
"""

NEIGHBORS = """\
Flags:  S - Device is sending Slow LACPDUs F - Device is sending Fast LACPDUs
        A - Device is in Active mode       P - Device is in Passive mode
port-channel10 neighbors
Partner's information
            Partner                Partner                     Partner
Port        System ID              Port Number     Age         Flags
Eth1/1      32768,5e-2-0-1-0-7     0x101           1140        SA

            LACP Partner           Partner                     Partner
            Port Priority          Oper Key                    Port State
            32768                  0x8000                      0x3d

Partner's information
            Partner                Partner                     Partner
Port        System ID              Port Number     Age         Flags
Eth1/2      0,0-0-0-0-0-0          0x0             0           SP

            LACP Partner           Partner                     Partner
            Port Priority          Oper Key                    Port State
            0                      0x0                         0x0
"""

COUNTERS = """\
NOTE: Clear lacp counters to get accurate statistics

------------------------------------------------------------------------------
                             LACPDUs                      Markers/Resp LACPDUs
Port              Sent                Recv                  Recv Sent  Pkts Err
------------------------------------------------------------------------------
port-channel1
Ethernet1/47       92                   85                     0      0    0      \n\
Ethernet1/48       79                   87                     0      0    0      \n\

port-channel10
Ethernet1/1        136                  0                      0      0    0      \n\
"""

PORTS = """\

--------------------------------------------------------------------------------
Port   VRF          Status IP Address                              Speed    MTU
--------------------------------------------------------------------------------
mgmt0  --           up     10.0.0.1                                1000     1500

--------------------------------------------------------------------------------
Ethernet        VLAN    Type Mode   Status  Reason                 Speed     Port
Interface                                                                    Ch #
--------------------------------------------------------------------------------
Eth1/1          1       eth  trunk  up      none                      10G(D) 10
Eth1/2          101     eth  access down    Administratively down   auto(D) --
Eth1/4          1       eth  access down    suspended(no LACP PDUs)  auto(D) 10
Eth1/5          --      eth  routed down    SFP not inserted        auto(D) --
Eth100/1/1      101     eth  access down    Link not connected     1000(D) 11

--------------------------------------------------------------------------------
Port-channel VLAN    Type Mode   Status  Reason                    Speed   Protocol
Interface
--------------------------------------------------------------------------------
Po1          1       eth  trunk  up      none                       a-10G(D)  lacp
Po10         101     eth  access down    No operational members      auto(I)  lacp
Po12         1       eth  access down    Administratively down       auto(I)  none

--------------------------------------------------------------------------------
Interface Secondary VLAN(Type)                    Status Reason
--------------------------------------------------------------------------------
Vlan1     --                                      down   Administratively down
"""

FEATURES = """\
Feature Name          Instance  State   \n\
--------------------  --------  --------
bgp                   1          disabled
lacp                  1          enabled
vpc                   1          disabled
"""

TEAMS = (
    '"Name","Mode","Balancing","Status"\n"Team1","Lacp","Dynamic","Degraded"\nend\n',
    '"Name","Team","Status","Reason"\n"NIC1","Team1","Active","NoFailure"\n'
    '"NIC2","Team1","Failed","PhysicalMediaDisconnected"\nend\n',
    '"Name","Team","Vlan"\n"Team1","Team1",""\n"Team1 - VLAN 7","Team1","7"\nend\n',
)
