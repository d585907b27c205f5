"""What kind of claim a sentence makes, and a net for claims of cause in free text.

Two nets hold the rule that a claim of cause needs a design. A template of the collection declares its kind (``KINDS``) and is
listed for review: one that meets a pattern (``met``) although it claims no cause is listed in ``claims_reviewed.csv`` with its kind
and the reason; a new wording is reviewed anew. Free text (an author's words, a student's answer) goes through ``cause``: it is
refused where a construction says a cause in so many words, and where its parts are more like the labelled claims of cause than like
the labelled harmless sentences (``likeness``, learnt from ``claims_sentences.csv``). The net has holes: what passes has met nothing,
which is not the same as being free of a causal claim. How many unseen sentences it catches stands in docs/claims.md.

Longer than 400 lines because the patterns of both languages stand here, once, where a reviewer looks for them.

A sentence is judged clause by clause. A clause that disowns a cause ("cannot be said", 不作判断) or that gives its source's own
claim ("the source states that", 来源称) claims none itself, and a reason why a figure is missing or not compared is no cause of
an outcome.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis import likeness

KINDS = ("description", "comparison", "association", "source_claim", "cause")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
_SPLIT = re.compile(
    r"[。；;！!]|(?<=[？?])|(?<=[a-z)%])\.(?:\s|$)|\b(?:but(?! for)|however|yet)\b|但是?|不过|然而"
)


_QUOTED = re.compile(r"“[^”]{8,}”|\"[^\"]{8,}\"")


LIKE = "reads like a claim of cause"


@dataclass(frozen=True)
class Found:
    """A construction that claims a cause: the words that matched, and the name of the pattern."""

    words: str
    pattern: str


def _any(*parts: str) -> str:
    return "(?:" + "|".join(parts) + ")"


def _longest_first(words: str) -> re.Pattern[str]:
    """The words of a Chinese class as one pattern: of two that begin alike the longer is met."""
    return re.compile("|".join(sorted(re.findall(r"[\u4e00-\u9fff]+", words), key=len, reverse=True)))


def _rules(*rules: tuple[str, str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in rules)


# ------------------------------------------------------------------------------------------------------------ English

# what a reform does things with: the subject of "cut", "raised", "kept" in a claim of cause
_AGENT = r"\b" + _any(
    "trusteeships?", "co-?building", "partner(?:ship)?s?", "alliances?", "consorti\\w+", "networks?", "groups?", "polic(?:y|ies)",
    "reforms?", "program(?:me)?s?", "schemes?", "projects?", "initiatives?", "pilots?", "status", "pay", "salar(?:y|ies)", "wages?", "bonus(?:es)?",
    "allowances?", "subsid(?:y|ies)", "funds?", "funding", "grants?", "invest\\w+", "incentives?", "appraisals?", "training", "mentor\\w*",
    "mergers?", "merging", "cent(?:er|re)s?", "buildings?", "blocks?", "teams?", "managers?", "management", "directors?", "leadership", "assistance",
    "aid", "support", "payments?", "insurance", "reimbursement", "rules?", "regulations?", "laws?", "bans?", "caps?", "quotas?", "procurement",
    "purchasing", "telemedicine", "consultations?", "digit\\w+", "records", "apps?", "appointments", "booking", "recruit\\w*", "hiring", "competition",
    "ageing", "aging", "expansion", "decentrali[sz]ation", "technolog(?:y|ies)", "equipment", "talent\\w*", "measures?", "interventions?", "tuition",
    "systems?", "lockdowns?", "cards?", "lists?", "mark-ups?", "contracts?", "networking", "referrals?", "integration", "reorgani[sz]ation", "restructuring",
    "cooperation", "collaboration", "twinning", "accreditation", "supervision", "oversight", "autonomy", "pathways?", "protocols?", "platforms?",
    "software", "automation", "campaigns?", "compensation", "housing", "scholarships?", "flats", "reward\\w*", "appointing", "designation",
    "help", "work", "arrival", "money", "spending", "budgets?", "plans?", "strateg(?:y|ies)", "model", "approach", "move", "change", "decision", "doctors?", "nurses?",
    "abolishing", "abolition", "paying", "opening", "closing", "closure", "introduc\\w+", "adopt\\w+", "launch\\w*", "drive", "staff(?:ing)?",
) + r"\b"  # fmt: skip
_DET = r"(?:the|a|an|its|their|his|her|our|more|fewer|less|many|most|all|every|each|this|these|hundreds|thousands|dozens|patients?|doctors?|nurses?|physicians?|specialists?|surgeons?|graduates?|staff|stays?|waits?|waiting|costs?|prices?|mortality|deaths?|quality|beds?|visits|admissions|ranks?|rankings?|capacity|care|services|primary|hospitals?|count(?:y|ies)|villagers|departments|clinics|efficiency|retention|turnover|morale|satisfaction|outcomes?|incomes?|demand|supply|shortages?|gaps?|burdens?|needless|unnecessary|repeated|average|length|records?|performance|access|{slot}|\w+ing times?)"
_OBJECT = r"(?:\s+(?:up|down|back|away|out|in|sharply|clearly|greatly|markedly|much|also))?\s+" + _DET + r"\b"
_WEAK = r"(?:has |have |had |also |then |in turn |clearly |greatly |is |are |was )*" + _any(
    "rais(?:e[sd]?|ing)", "lift(?:s|ed|ing)?", "cut(?:s|ting)?", "shorten(?:s|ed|ing)?", "lengthen(?:s|ed)?", "reduc(?:e[sd]?|ing)", "increas(?:e[sd]?|ing)",
    "improv(?:e[sd]?|ing)", "lower(?:s|ed|ing)?", "expand(?:s|ed)?", "doubl(?:e[sd]?|ing)", "halv(?:e[sd]?|ing)", "tripl(?:e[sd]?)", "keeps?", "kept", "brings?", "brought", "draws?", "drew",
    "drawn", "push(?:es|ed)?", "pull(?:s|ed)?", "mov(?:e[sd]?)", "ma(?:ke|kes|de)", "help(?:s|ed)?", "lets?", "gives?", "gave", "given", "leaves?", "left", "deliver(?:s|ed)?",
    "wins?", "won", "fill(?:s|ed)?", "narrow(?:s|ed)?", "widen(?:s|ed)?", "save[sd]?", "strengthen(?:s|ed)?", "weaken(?:s|ed)?", "worsen(?:s|ed)?", "chang(?:e[sd]?)", "transform(?:s|ed)?",
    "turn(?:s|ed)?", "attract(?:s|ed)?", "retain(?:s|ed)?", "secur(?:e[sd]?)", "creat(?:e[sd]?)", "generat(?:e[sd]?)", "produc(?:e[sd]?)", "yield(?:s|ed)?", "free[sd]?", "speed(?:s|ed)?", "sped",
    "slow(?:s|ed)?", "benefit(?:s|ed|ted)?", "enhanc(?:e[sd]?)", "put(?:s)?", "end(?:s|ed)?", "add(?:s|ed)?", "depress(?:es|ed)?", "accelerat(?:e[sd]?)", "rescue[sd]?", "stop(?:s|ped)?", "send(?:s)?", "sent",
    "steer(?:s|ed)?", "shift(?:s|ed)?", "stabili[sz]e[sd]?", "hold(?:s)?", "held", "sustain(?:s|ed)?", "built", "builds?", "eliminat(?:e[sd]?)", "remov(?:e[sd]?)", "rais", "solv(?:e[sd]?)",
) + r"\b"  # fmt: skip
# verbs that claim a cause whatever their subject
_STRONG = r"\b" + _any(
    "boost(?:s|ed|ing)?", "enabl(?:e[sd]?|ing)", "prevent(?:s|ed)", "trigger(?:s|ed)?", "spur(?:s|red)?", "fuel(?:s|led|ed)?", "drives?", "drove", "driven", "curb(?:s|ed)?", "reliev(?:e[sd]?)",
    "eas(?:e[sd])", "discourag(?:e[sd]?)", "encourag(?:e[sd]?)", "persuad(?:e[sd]?)", "spare[sd]?", "breeds?", "bred", "unlock(?:s|ed)?", "induc(?:e[sd]?)", "prompt(?:s|ed)?", "propel(?:s|led)?",
    "foster(?:s|ed)?", "stimulat(?:e[sd]?)", "cur(?:e[sd])", "forc(?:e[sd])", "compel(?:s|led)?", "wiped out", "stave[sd]? off", "bolster(?:s|ed)?", "motivat(?:e[sd]?)", "catalys\\w+", "engender\\w*",
    "facilitat(?:e[sd]?)", "hamper(?:s|ed)?", "hinder(?:s|ed)?", "undermin(?:e[sd]?)", "hold(?:s)? back", "held back", "lur(?:e[sd])", "entic(?:e[sd]?)", "alleviat(?:e[sd]?)", "incentivi[sz]e[sd]?",
    "underpin(?:s|ned)?", "revitali[sz]e[sd]?", "paved the way", "galvani[sz]e[sd]?", "inspir(?:e[sd])", "dampen(?:s|ed)?", "averted", "averts?", "avoid(?:s|ed)? (?:a|the)",
) + r"\b"  # fmt: skip

# who comes, in a claim that all was well from then on
_COMER = _any(
    _AGENT,
    r"\b(?:experts?|specialists?|consultants?|professors?|surgeons?|leaders?|bosses|boss|helpers?|Beijing|academicians?)\b",
)
# verbs that are images of making less, more, better or worse; with an agent and something that moves they claim a cause
_IMAGE = _any(
    "bought", "buys?", "tam(?:e[sd]?)", "hollow(?:s|ed)? out", "(?:ate|eats?|eaten|cut|cuts|bit|bites) into", "beg[eo]ts?", "tempt(?:s|ed)?", "shav(?:e[sd]?)", "trim(?:s|med)?", "dent(?:s|ed)?",
    "chip(?:s|ped) away at", "swell(?:s|ed)?", "empt(?:y|ies|ied)", "plug(?:s|ged)?", "squeez(?:e[sd]?)", "slash(?:es|ed)?", "drain(?:s|ed)?", "starv(?:e[sd]?)", "chok(?:e[sd]?)", "whittl(?:e[sd]?)", "knock(?:s|ed)?",
    "lighten(?:s|ed)?", "erod(?:e[sd]?)", "sap(?:s|ped)?", "gut(?:s|ted)?", "swamp(?:s|ed)?", "nourish(?:es|ed)?", "rekindl(?:e[sd]?)", "reviv(?:e[sd]?)", "restor(?:e[sd]?)", "crippl(?:e[sd]?)", "blunt(?:s|ed)?",
    "sharpen(?:s|ed)?", "stead(?:y|ies|ied)", "calm(?:s|ed)?", "cheapen(?:s|ed)?", "hasten(?:s|ed)?", "stem(?:s|med)?", "shrank", "shrinks?", "thin(?:s|ned)?",  "cost (?:the|its|it|them)", "coax(?:es|ed)?", "woo(?:s|ed)?",
    "snatch(?:es|ed)?", "sow(?:s|ed)?", "polish(?:es|ed)?", "soften(?:s|ed)?", "multipl(?:y|ies|ied)", "dissolv(?:e[sd]?)", "broke", "breaks?", "oil(?:s|ed)?", "quiet(?:s|en|ens|ened)", "siphon(?:s|ed) off", "seed(?:s|ed)", "und(?:id|oes)", "anchor(?:s|ed)?", "tighten(?:s|ed)?", "loosen(?:s|ed)?",
) + r"\b"  # fmt: skip
_MOVED_THINGS = r"\b(?:doctors?|nurses?|surgeons?|physicians?|patients?|staff|costs?|prices?|spending|quality|wards?|departments?|beds?|queues?|waits?|waiting|stays?|visits?|admissions?|referrals?|days? off|minutes? off|hours? off|wheels|rooms?|specialt(?:y|ies)|posts?|home|talent|shortages?|gaps?|morale|mortality|deaths?|errors?|services?|hospitals?|clinics?|workforce|turnover|outflow|vacancies|workloads?)\b"

_ENGLISH = _rules(
    ("effect", r"\b(?:effects?|impacts?|influence|consequences?|benefits?|contribution|role|payoff)\s+(?:of|from|on)\b"),
    ("effect", r"\bhas? (?:had )?an? [\w ]{0,30}(?:effect|impact|influence)\b|\b(?:strong|positive|negative|direct|clear|large|decisive|real|lasting|beneficial) (?:effect|impact|influence)\b|\bunder the influence\b"),
    ("affect", r"\b(?:affect(?:s|ed)?|impact(?:s|ed)|influence(?:s|d)|shape[sd]|determine[sd]?|dictate[sd]?)\s+" + _DET),
    ("because", r"\bbecause\b|\bowing to\b|\bon account of\b|\bby (?:virtue|dint) of\b|\bdue (?:mainly |largely |mostly |partly |in (?:large )?part )?to\b|\bthanks\b.{0,30}\bto\b|\bon the (?:back|strength) of\b|\bcourtesy of\b|\bwith the help of\b|\bas a reward\b|\bin response to\b|\bin the wake of\b"),
    ("therefore", r"\b(?:therefore|thus|hence|consequently|accordingly|thereby|whereby)\b|\bas an? (?:direct |clear )?(?:result|consequence|outcome)\b|\bin consequence\b|\bso (?:that|many .{0,40} that)\b|\bas a result\b"),
    ("so", r"\bso\b.{0,40}\b(?:must have|has worked|had to)\b|\bmust have (?:worked|helped|paid)\b|, so (?:the|its|their|stays|patients|costs) .{0,40}\b(?:rose|fell|grew|dropped|climbed|declined|improved|shortened)\b"),
    ("result", r"\b(?:(?:results|resulted|resulting) in\b(?! (?:numbers?|figures?))|(?:will|would|may|can|could|to) result in|result(?:s|ed|ing)? from(?! grade)|the (?:direct )?(?:result|outcome|product|fruits?|work|consequence|doing) of|by-?product of|fruits? of|outgrowth of|legacy of)\b"),
    ("origin", r"\b(?:stem(?:s|med)? from|stemming from|(?:is|are|was|were|be) rooted in|trace[sd]? (?:back )?to|traceable to|ow(?:e[sd]?|ing)\b.{0,30}\bto|follow(?:s|ed)? from|arise[sn]? from|arose from|spr(?:ing|ang|ung)s? from|flow(?:s|ed)? from|c[ao]mes? (?:from (?:the )?(?:reform|pay|policy|scheme|programme)|about (?:through|by|thanks)|down to)|(?:is|was|are|were) down to|grew out of|born of)\b"),
    ("attribute", r"\b(?:attribut(?:e[sd]?|able|ion)|credit(?:s|ed)? (?:to|with|for|goes)|credit (?:for|must|goes)|ascrib\w+|blam(?:e[sd]?|ing)|deserves? .{0,20}credit|to (?:thank|blame)|responsible for (?:the|half|most|much|a|part|all)|accounts? for (?:most|much|half|the|part|all|a (?:third|quarter))|accounted for (?:most|much|half|the|part|a (?:third|quarter)))\b"),
    ("explain", r"\bexplain(?:s|ed)?\b(?! how)|\b(?:is|was|are) (?:the |one |a |main |only |the main )*(?:reasons?|explanation|key|secret|cause|driver|engine|motor|catalyst|source|root)\b(?! of (?:the )?(?:data|figures?|table))|\bwhy (?:beds|doctors|stays|visits|costs|the \w+) .{0,40}\b(?:grew|rose|fell|climbed|improved|stayed)\b|\bthe (?:main |only )?(?:reason|key|secret|driver|engine)\b.{0,40}\b(?:is|was|for|to|of|why)\b|\blies? behind\b|\b(?:lay|stands?|is|was) behind\b|\bmade (?:the|all the) difference\b|\bwhat (?:drives?|drove|made|lifted|caused|brought|changed|keeps?|kept)\b"),
    ("cause", r"\b(?:caus(?:e|ed|es|ing) (?:a|an|the|more|fewer|less|it|them|stays|beds|doctors|costs|patients|\\w+ing)\b|is the cause|the cause of|le(?:d|ads?|ading) to\b|gave rise to|gives rise to|brought about|brings about|bring about|contribut(?:e[sd]?|ing) to|translat(?:e[sd]?|ing) into|bore fruit|bears fruit|paid off|pays? off|paying off|succeed(?:s|ed)? in|effective (?:in|at)|instrumental in|at work|did the trick|do(?:es)? its job|bears? out|(?:it|which|they|scheme|policy|reform|programme|plan|centre|approach|model) (?:really |clearly |evidently )?work(?:s|ed)\b(?! with| in| at| for)|has worked\b(?! with| in| at| for)|made (?:it )?possible|makes? (?:it )?possible|put an end to|puts an end to|played .{0,30}\b(?:part|role)|plays .{0,30}\b(?:part|role)|success (?:of|can|is)|success can|proof that|proves? (?:that )?|testif(?:y|ies) to|testament to|shows that (?:it|the \w+) works?|thanks to)"),
    ("counterfactual", r"\bwithout (?:the|a|an|this|that|its|such|co-?building|trusteeship|pay|aid|support|help)\b.{0,60}\b(?:would|could|might|no)\b|\bwould (?:not |never )?have\b(?=.{0,80}\bwithout\b)|\bwould (?:not|never) have\b|\bhad it not been\b|\bwere it not for\b|\bbut for\b|\bif not for\b|\bif\b.{0,60}\b(?:had not|hadn't|did not|were not|was not)\b.{0,60}\bwould\b|\bhad (?:the|it|they|this)\b.{0,40}\b(?:not )?.{0,40}\bwould have\b|\bno \w+ without\b"),
    ("means", r"\b(?:a|the) (?:stronger|larger|bigger|better|longer)\b.{0,40}\bmeans? (?:a |an |the )?(?:better|shorter|longer|more|fewer|higher|lower)\b|\b(?:reflects?|reflecting|mirrors?) the (?:success|work|merit|benefit|strength)\b|\bthe more\b.{0,60}\bthe (?:more|fewer|shorter|better|higher|lower)\b|\bmeans? (?:more|fewer|shorter|better|lower|higher|less)\b|\bpav(?:es|ed) the way\b|\bdepends? on (?:pay|the (?:reform|team|scheme|number))\b|\bmatters?\b\s*:"),
    ("since", r"\b(?:since|as|once|after|now that|where|when)\b(?! \d| (?:19|20))[^,.]{0,60}\b(?:hired|raised|joined|opened|recruited|introduced|adopted|paid|offered|shared|moved in|took over|began)\b[^.]{0,40}\bwhich\b|\bas the \w+ (?:raised|hired|paid|offered|joined)\b|\b(?:joined|members?)\b.{0,40}\bdid better\b|\bwhere (?:they|pay|it) rose\b.{0,40}\bstayed\b"),
    ("by doing", r"\bby (?:pay|offer|hir|rais|shar|train|giv|open|recruit|build|attract|expand|cutt|invest|join|merg|provid|introduc|adopt|pool|reward)\w*ing\b|\bthrough (?:the |its |a |this )?(?:partnership|scheme|programme|reform|alliance|fund|policy|group|plan|pilot|training|assistance)\b"),
    ("passive", r"\b(?:is|are|was|were|been|be) (?:\w+ly )?(?:improved|lifted|raised|shortened|reduced|cut|boosted|brought|retained|attracted|saved|driven|spurred|shaped|kept|enabled|pushed|pulled|lowered|halved|won|secured|prompted|fuelled|helped|filled|created|achieved|delivered|made possible|sustained|strengthened|transformed) (?:\w+ )?(?:by|through|thanks)\b"),
    ("moves it", r"\b(?:lift|mov|push|bring|brought|catapult|propel|turn|put|sen[dt]|carri|carry|pull|drag|shift|steer|nudg|rais|rocket)\w*\s+(?:the|a|an|this|it|them|many|most|some|its)\s+(?:\w+ ){0,3}(?:up|into|out of|towards?|past|ahead|back|down|beyond|above|below|among)\b"),
    ("helps them", r"\b(?:help(?:s|ed)?|lets?|ma(?:kes|de)|allow(?:s|ed)?|permit(?:s|ted)?|got|gets|taught|teach(?:es)?|gave|gives|free[sd]?|caus(?:ed|es)|require[sd]? of)\s+(?:the |a |its |many |most |more )?(?:young |rural |local )?(?:doctors?|patients?|nurses?|surgeons?|physicians?|hospitals?|count(?:y|ies)|cit(?:y|ies)|departments?|clinics?|staff|them|people|residents|villagers|graduates|managers|families)\b(?! (?:up|available|public|known))"),
    ("makes it so", r"\bma(?:kes|de|king) (?:the |its |a |their |young |rural )?[\w-]+ (?:much |far )?(?:more|less|better|worse|\w{3,}er|careful|loyal|attractive|efficient|safe|cautious|possible|work|stay|move|think|publish)\b|\bdecides? (?:who|whether|how|where|if|which)\b|\bdecisive\b|\bhad (?:the|it|they|this)\b.{0,60}\bwould\b|\b(?:with|through|via|using|by means of) (?:its|their|the|a) (?:new )?(?:day|scheme|programme|reform|bonus|fund|alliance|pay|partner\w*|centre)\b"),
    ("which says", r"\bwhich says (?:enough|it all|much)\b|\bspeaks? for itself\b|\bstays? where (?:pay|wages|salaries|flats|housing)\b|\bno wonder\b|\bsmall wonder\b|\bthe (?:proof|evidence) is\b|\bmerit of\b|\bwork of the\b"),
    ("cleft", r"\bturning point\b|\bgame.?changer\b|\bholds? .{1,30} back\b|\bwhat (?:holds?|held|keeps?) .{0,30}\b(?:is|was)\b|\b(?:dried up|disappeared|returned|fell|rose) after\b.{0,40}\bas intended\b|\bdid what it promised\b|\bone should look to\b"),
    ("cleft", r"\bit (?:is|was) (?:the |its |their )?[\w -]{1,40} (?:that|which|who) (?:" + _WEAK + r"|lies|made|filled|did|got|saw)"),
    ("strong verb", _STRONG + _OBJECT),
    ("strong verb", _STRONG + r"(?= (?:growth|surgery|longer|shorter|better|resignations|by the|research|young|needless|\d|\w+ (?:to|from|into)\b))"),
    ("agent and verb", _AGENT + r"[^.;:]{0,45}?\s(?!(?:is|are|was|were) \w+ (?:to|in|by|from|at)\b)(?<!was )(?<!were )" + _WEAK + r"(?! by\b)(?:" + _OBJECT + r"|\s+(?:\w+ ){0,4}(?:from|into|to (?:the|rural|stay|treat|open|its|county)|away|stays?|rank|quality|costs?|doctors|patients|services|research|scores|beds|visits|admissions|nurses|staff|referrals|hospitals?|mortality|deaths|practitioners)\b)"),
    ("onset", r"\b(?:as soon as|once|no sooner had|the (?:day|moment|minute|year)|ever since|since|now that)\b(?! \d)[^.;,]{0,40}" + _COMER + r"[^.;,]{0,30}\b(?:arriv\w+|came|comes|join\w+|took (?:effect|over|hold)|open\w+|land\w+|moved in|signed)\b(?!\w*.{0,60}\b(?:publish|list|report|count|record)\w*)"),
    ("onset", _AGENT + r"[^.;,]{0,30}\b(?:took effect|came into force|arrived|was signed|came in)\b[^.;]{0,20}(?:, and|, then|,)[^.;]{0,40}\b(?:dried up|vanished|stopped|emptied|filled|halved|doubled|fell|rose|grew|shrank|shortened|improved)\b"),
    ("do this and", r"^(?:give|pay|take|train|hire|raise|cut|remove|add|send|build|offer|put|close|shut|open|fund|strip|keep|double|free|scrap)\b[^.;]{2,60}\band\b[^.;]{0,40}\b(?:stay|leave|come|go|folds?|falls?|rises?|shrinks?|grows?|returns?|shortens?|collapses?|empt(?:y|ies)|fills?|drops?|climbs?|follows?|improves?|will|suffers?|drift|comes?|flock|settle)\b"),
    ("onset", r"\bonce (?![^,]{0,30}(?:left|set|taken|put) (?:aside|out|apart))[^.;,]{3,40} (?:was|were|is|are|had|got|started|began)\b[^.;,]{3,30},(?! (?:the|a) (?:figure|count|number|series|gap|difference)s?\b)|^with [^.;,]{3,40} (?:gone|in place|on board|in charge|at the helm|abolished|scrapped),"),
    ("symptom", r"\bcomes? (?:straight |mostly )?from (?!leaving|counting|adding|dividing|rounding)\w+ing\b|\b(?:is|was|are|were) the (?:price|reward|legacy|toll|fruit)s? of\b|\bworked\s*[:;]|\bmakes? for (?:a |an )?(?:\w{3,}er|more|less|fewer)\b|\bmakes? for (?:long|short|better|worse)\b|\bfor (?:want|lack) of (?:doctors|nurses|staff|money|funds|beds|patients)\b|\bthe \w{3,}er (?!the (?:error|sample|interval|spread|range))[^.;,]{3,40}, the \w{3,}er\b|\bkeeps? [^.;,]{3,20} (?:away|in|at home)\b|\bopened (?:the )?doors?\b|\bis (?:down|up) (?:mainly |largely |partly )?on \w+ \w+ing\b|\bsymptoms? of (?:too|a|the|poor|low|high|under|over)|\b(?:at|is|was) the root of\b|\bdividends? (?:of|from)\b|\bfor one reason\b|\bthe (?:making|undoing|ruin|saving) of\b|\b(?:rests?|hinge[sd]?|turn(?:s|ed)?|thrive[sd]?|feeds?|fed) (?:squarely |largely |mainly )?on (?:its|the|their) (?:\w+ )?" + _AGENT + r"|\bout of the [^.;]{0,40}\bcame\b|\bunder the (?:new|reformed|tighter|looser) [\w-]+ (?:rules?|system|scheme|policy|regime)\b|\bwritten all over\b"),
    ("image", r"\b(?:a )?shot in the arm\b|\bhandiwork\b|\b(?:did|does) what no\b|\bstood between\b|\bbehind (?:the|every|each|this|its) [^.;]{2,40}\b(?:stands?|lies?|lay|stood)\b|\bit is \w+, not \w+, that\b|\bcame running\b|\bhas .{0,30}\bto its credit\b"),
    ("is what", _AGENT + r"[^.;,]{0,20}\b(?:is|are|was|were) what (?:is |are |was |has |have )?(?!(?:printed|published|stated|counted|listed|meant)\b)\w+(?:ing|s|ed|t)\b"),
    ("image", r"\b(?:" + _AGENT + r"|drains?|shortages?|surgery|lines?|railways?|retirements?|borrowing|every (?:extra|additional|new) \w+)[^.;:,]{0,30}?\s" + _IMAGE + r"\s+(?:\w+(?:'s|s')? ){0,5}?(?:" + _MOVED_THINGS + r")"),
    ("hiring shortens", r"\b(?:hiring|recruiting|paying|training|adding|more) [\w ]{2,25}?\s(?:shortens?|cuts?|reduces?|improves?|raises?|lowers?|lifts?|enhances?|helps?|keeps?|leads?|means?|takes?|brings?)\b|\bevery (?:extra|additional|new) \w+ (?:takes|adds|cuts|brings|saves|shortens|reduces|raises)\b"),
)  # fmt: skip
# an intervention and an outcome that moves, side by side in one clause: the reader draws the cause although no word names it
_INTERVENTION = r"\b" + _any(
    "trusteeships?", "co-?building", "co-?built", "partnerships?", "alliances?", "consorti\\w+", "polic(?:y|ies)", "reforms?", "program(?:me)?s?", "schemes?", "initiatives?", "pilots?",
    "(?:higher |performance |better |doctors' )?pay", "salar(?:y|ies)", "wages?", "bonus(?:es)?", "allowances?", "subsid(?:y|ies)", "grants?", "invest\\w+", "incentives?", "appraisals?", "training",
    "mentor\\w*", "mergers?", "union of", "merging", "teams?", "managers?", "(?:joint |new |under )?management", "(?:new )?directors?", "leadership", "assistance", "aid", "support", "payments?", "reimbursement",
    "rules?", "regulations?", "laws?", "bans?", "quotas?", "procurement", "purchasing", "telemedicine", "consultations?", "digital\\w*", "booking", "apps?", "recruit\\w*", "hiring", "competition",
    "decentrali[sz]ation", "talent\\w*", "interventions?", "tuition", "contracts?", "restructuring", "cooperation", "collaboration", "twinning", "accreditation", "supervision", "autonomy",
    "pathways?", "protocols?", "housing", "flats", "scholarships?", "rotating", "sending", "professors?", "star surgeons", "bundled prices", "day surgery", "prices", "fees",
    "taking over", "takeover", "visiting", "new (?:hospital|wing|centre|building|block|system|technology)", "(?:the|our|its) (?:new )?centre", "insurance", "the (?:group|fund|centre|network|system|platform)", "arrival of", "ageing", "income",
    "shortage of", "expansion", "nurses stay", "doctors' numbers",
) + r"\b"  # fmt: skip
_MOVEMENT = r"\b" + _any(
    "ro?se[ns]?", "fell", "falls?", "fallen", "climb\\w*", "gr[eo]w\\w*", "drop\\w*", "declin\\w*", "gain(?:s|ed|ing)?", "loss(?:es)?", "los[et]s?", "losing", "improv\\w*", "worsen\\w*", "short(?:er|en\\w*)", "longer", "fewer", "more",
    "less", "low(?:er|ers|ered)", "higher", "better", "worse", "strong(?:er)?(?= one| department)", "jump\\w*", "revers\\w+", "shr[aiu]nk\\w*", "vanish\\w*", "disappear\\w*", "doubl\\w+", "halv\\w+", "dried up", "stays?(?= because)", "took .{0,20} off", "wonders", "success\\w*",
    "dividends?", "promised", "responded", "respond(?:s|ed)? to", "nudg\\w+", "divert\\w*", "limits?", "limited", "attract\\w*", "keeps?", "kept", "feed(?:s|ing)?", "cost(?= the|s the)", "tipp\\w+", "turned", "became", "reach\\w+ new", "recover\\w*", "surg(?:ed|es)", "soar\\w*", "plung\\w+", "slump\\w*",
    "ahead", "top (?:ten|hundred)", "stop(?:s|ped)?", "freed", "shift\\w*", "reduc\\w+", "increas\\w+", "decreas\\w+", "cut(?:s|ting)?", "boom\\w*", "come from", "comes from", "came from", "matter of", "doing", "achieved", "look to",
) + r"\b"  # fmt: skip
_SIDE_BY_SIDE = re.compile(_INTERVENTION, re.IGNORECASE), re.compile(_MOVEMENT, re.IGNORECASE)
_DISOWNED = re.compile(
    r"\bno (?:cause|causal|effect|statement|claim|conclusion|reason|trend|inference)\b|\bno \w+ (?:can|is|are) (?:be )?(?:named|stated|made|drawn|read|inferred|claimed)\b|\b(?:cannot|can not|can't) (?!hold\b|keep\b|attract\b|get\b|afford\b|retain\b|find\b|treat\b|compete\b|survive\b|fill\b)"
    r"|(?<!influence )(?<!influences )(?<!determine )(?<!determines )(?<!decides )(?<!affects )\bwhether\b|\b(?:is|are|was) (?:not known|unknown|unclear|open|beyond)\b|\bnot (?:known|evidence|proof|proven|shown|identified|explained|stated|established|a cause|tested|the cause|due to|because)\b"
    r"|\b(?:do|does|did) not (?:explain|show|prove|say|tell|mean|imply|establish|identify|follow|test|name)\b|\bother (?:reasons|causes|explanations|measures)\b|\brun the other way\b|\bhold(?:s)? zero\b|\bincludes? zero\b"
    r"|\bneeds? a (?:comparison|control|design)\b|\bcausal reading\b|\bis not identified\b|\bnothing (?:is|can be) (?:said|concluded|inferred)\b|\bleft open\b|\bnot (?:a |an )?(?:causal|effect)\b|\bwould (?:have to|need)\b|\?$"
    r"|\bnot why\b|\bdid not ask\b|\b(?:is|are) (?:only |just )?a description\b|\bno direction\b|\bnot separated\b|\bbe (?:separated|told apart)\b|\b(?:needn't|not always)\b|\bnot (?:in|part of|among) (?:the|these|this|those)\b|\b(?:calls? for|requires?) (?:a|an|another) (?:\w+ )?(?:design|comparison)|\bnot (?:discuss|decide|judge|ask|examine)\w*\b|\bunwise to\b|\bwhich (?:of|comes|came|moved) (?:\w+ ){0,6}(?:first|the other)\b|\bassum(?:e[sd]?|ing|ption)\b|\bhypothe\w+\b|\bwhat (?:lies behind|drives|causes)\b.{0,30}\b(?:is|are) (?:not|un)|(?<!as )\bintend(?:s|ed)?\b|\baims?\b|\bmeant to\b|\bdesigned to\b|\bis (?:to|supposed to) (?:raise|cut|attract|add|lift|keep|bring|reduce)\b|\bplan(?:s|ned)? to\b|\bshould\b|\bpromis(?:es|ed)? to\b|\btargets?\b(?! times?)|\bto be (?:raised|cut|reduced|kept)\b",
    re.IGNORECASE,
)  # fmt: skip
_ATTRIBUTED = re.compile(
    r"\b(?:sources?|documents?|bulletins?|notices?|websites?|directors?|mayors?|Xinhua|People's Daily|agency|reports?|newspapers?|papers?|authors?|speech(?:es)?|hospital|city|province|ministry|commission|publisher|statement|articles?|it|they|he|she|officials?) (?:itself |themselves )?(?:states?|stated|says?|said|reads?|reports?|reported|claims?|claimed|credits?|credited|writes?|wrote|attributes?|attributed|argues?|argued|hold that|holds that|describes?|calls?)\b|\baccording to\b|\b(?:is|are|was|were) (?:said|called|presented|described)\b|\bin the (?:hospital|school|source|city|county|author)s?'s? (?:own )?words\b|\bon (?:the|its) [\w' ]{0,20}(?:website|account)\b|\b(?:is|are|was|were) quoted as\b|\bin its own words\b|\bthe source's\b|\bas quoted\b|[\"\u201c][^\"\u201d]{8,}[\"\u201d]",
    re.IGNORECASE,
)  # fmt: skip
# a reason why a figure is missing, wide or not compared
_ABOUT_DATA = re.compile(
    r"\b(?:missing|not (?:shown|held|compared|published|printed|released|listed|included|comparable|ranked|assessed|given|drawn|counted|computed|covered)|left out|omitted|excluded|withheld|rounded|rounding|definitions?|lower bound|upper bound|no trend|too few|too small|only (?:one|two|three|four|a few|\d+)|counts? (?:on|is|are)|is counted|decimals?|quoted|interval|sums?|totals?|weights?|the column|the series|digit|denominators?|numerators?|dash|printed|imputed|estimated|coding|coded|sample|differ(?:s|ent)? because|not be compared|preliminary|recount\w*|carried forward|edition|scale|axis|charts?|tables?|base year|no page|no figure|overlap|ties|tied|starts? in|agree(?:ment)?|computed|coefficients?|specifications?)\b",
    re.IGNORECASE,
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------------ Chinese

_AGENT_ZH = _any(
    "托管", "共建", "合作", "改革", "政策", "新政", "计划", "项目", "方案", "考核", "薪酬", "绩效", "待遇", "工资", "高薪", "加薪", "涨薪", "奖金", "津贴", "补贴", "补助", "奖励", "基金", "资金", "投入", "投资",
    "激励", "集团", "医共体", "医联体", "联盟", "帮扶", "支援", "支持", "试点", "中心", "平台", "系统", "数字化", "信息化", "智慧", "互联网", "远程", "网上", "机器人", "预约", "病历", "引进", "引才", "引智", "招聘", "招录", "多招", "人才",
    "团队", "专家", "管理", "合并", "重组", "整合", "培训", "规培", "培养", "住房", "安家费", "编制", "职称", "支付", "医保", "报销", "采购", "集采", "目录", "加成", "限床令", "新规", "规定", "条例", "办法", "竞争",
    "老龄化", "收入", "新楼", "设备", "诊疗", "封控", "放权", "院长", "导师", "师带徒", "制度", "机制", "会诊", "护士", "医生", "医师", "路径", "流程", "监管", "评审", "专科", "学科", "质控", "巡诊", "下沉", "转诊", "派驻", "资源",
    "共享", "床位", "大学", "疾控", "行动", "工程", "措施", "举措", "做法", "模式", "体系", "应用", "软件", "人员", "建设", "扩面", "扩建", "这", "此",
)  # fmt: skip
_OUTCOME_ZH = _any(
    "住院日", "名次", "位次", "排名", "医生", "医师", "护士", "人员", "人才", "床位", "病床", "门诊", "就诊", "住院", "患者", "病人", "群众", "村民", "居民", "质量", "费用", "成本", "药价", "死亡", "效率", "满意度", "水平",
    "能力", "实力", "积极性", "等待", "候诊", "排队", "差距", "负担", "压力", "流失", "离职", "转诊", "外转", "检查", "手术", "技术", "病种", "学科", "科研", "科室", "专科", "病房", "服务", "基层", "资源", "出院", "就医", "看病",
    "医院", "县", "乡", "院", "收入", "结构", "占比", "比例", "数量", "面貌", "时间", "岗位", "空缺", "短缺", "难题", "需求", "增长", "下降", "产出", "并发症", "感染", "周转", "使用率", "留任", "骨干", "毕业生", "外科", "内科",
)  # fmt: skip
_WEAK_ZH = _any(
    "提升", "提高", "改善", "增强", "增加", "减少", "降低", "缩短", "加快", "扩大", "减轻", "削弱", "强化", "改变", "优化", "压缩", "压低", "推高", "拉高", "抬高", "拉大", "缩小", "节省", "节约", "补齐", "填补", "补上", "创造",
    "终结", "结束", "延长", "充实", "扩充", "稳定", "稳住", "巩固", "增添", "加剧", "加重", "恶化", "做强", "壮大", "丰富", "腾出", "释放", "畅通", "免去", "省去", "扭转", "保住", "保障", "解决", "消除", "打破", "加速", "降下", "抹去", "翻",
)  # fmt: skip
_STRONG_ZH = _any(
    "导致", "致使", "使得", "促使", "促成", "促进", "推动", "推进了", "带动", "拉动", "驱动", "催生", "引发", "激发", "诱发", "造成", "造就", "酿成", "助推", "助力", "有助于", "有利于", "有益于", "得益于", "受益于", "归功", "归因", "归咎",
    "源于", "源自", "缘于", "起因于", "得自", "来自于", "取决于", "得力于", "仰仗", "有赖于", "赖于", "离不开", "功不可没", "功劳", "大功", "见效", "奏效", "见成效", "初见成效", "管用", "换来", "换取", "倒逼", "迫使", "逼着", "撬动", "盘活", "破解",
    "缓解", "遏制", "抑制", "避免(?!重)", "防止了", "惠及", "打动", "留住", "转化为", "所致", "所赐", "硕果", "水涨船高", "催化", "赋能", "激活", "调动", "打通", "吸引了", "扭亏", "拜", "带来", "立竿见影", "造福", "滋养", "唤醒", "刺激",
    "拖累", "阻碍", "妨碍", "挽回", "挽救", "哺育", "支撑起", "托起", "拉升", "助长", "反哺", "引擎", "推手", "杠杆",
)  # fmt: skip
_CHINESE = _rules(
    ("effect", r"(?:影响|效果|效应|作用|成效|功效|效用)(?:是|为|在于|很|较|显|明显|突出|可见|由此|：|巨大|深远|不小)|(?:有|有着|具有|产生|起到?了?|发挥了?|存在)[^，,、]{0,8}(?:影响|作用|效果|成效|功效)|的(?:影响|作用)下"),
    ("reason", r"(?:的|主要|根本|直接|首要)(?:原因|缘由|理由|关键|根源|动力|秘诀|动因)(?:是|在于|就在|即|为|：)|原因(?:就?是|在于|就在|无非)|是[^，,]{0,20}的(?:原因|理由|缘故|产物|结果|功劳|硕果|成果|动力|引擎|关键)|关键(?:是|在于|因素)|背后(?:是|的推手)|在于[^，,]{0,12}(?:到来|引进|改革|支持|团队|投入)|解释了|足以解释|可以解释"),
    ("because", r"因为|由于|正因|只因|皆因|鉴于|之所以|缘故|全靠|靠着|靠的是|就靠|凭借|凭着|依靠|依托(?=[^，,。]{2,20}[，,])|多亏|幸亏|亏得|托[^，,]{0,6}的福|借助|借力|受惠|得益|系[^，,]{0,12}所致|随[^，,]{0,12}(?:水涨船高|而(?:增|升|降|减|缩|下|上))|因(?!素|子|果|此|而|地|病|故|人|时|为|统|口|数|缺)[^，,。]{1,16}(?:而|留任|上升|下降|增加|减少|提高|缩短|好转|改善|受益)"),
    ("therefore", r"(?<!之)因此|因而|所以|从而|于是|进而|以致|故而|由此(?!前)|这样一来|随之|自然也?就|便(?:缩短|下降|上升|增加|减少|提高|降低|多|少)|(?:多|强|高|好|少)则|越[^，,]{1,8}[，,]?[^，,]{0,8}越"),
    ("counterfactual", r"要不是|若非|若无|如无|没有(?!报告|名单|水平|比较)[^，,。]{1,20}[，,][^，,。]{0,6}?(?:就没有|便没有|不会|不可能|难以|谈不上|也就没有|没有)|没有[^，,。]{1,20}(?:就没有|就不会|便没有)|(?:如果|假如|倘若|倘|假使|若)[^。]{0,24}(?:没有|不|未|无)[^。]{0,30}(?:就|会|将|只能|早已|恐)|早(?:已|就)(?:关|流失|没)|否则"),
    ("proof", r"(?:证明|说明|可见|表明|显示出|印证|体现了?|反映了?)[^。]{0,20}(?:起了?作用|发挥|成效|效果|有效|管用|见效|没有白费|成功|功|优势|价值|正确)|可追溯到|换(?:来|得)|成功(?:地)?(?:降低|提高|提升|留住|吸引|缩短|扭转|实现)|有效(?:地)?(?:降低|提高|提升|留住|吸引|缩短|减少|遏制|改善|缓解|控制)"),
    ("strong verb", _STRONG_ZH),
    ("it was", r"正是[^，,。]{1,20}(?:填补|提升|提高|缩短|留住|推|促|让|使|带|才|改变|吸引|降低|救)|才(?:使|让|有了|能|得以|实现)|得以"),
    ("make", _AGENT_ZH + r"[^。；]{0,14}(?:让|使|令|把|将)(?!用)[^。]{1,24}|(?:让|使)" + _OUTCOME_ZH + r"|[，,]使"),
    ("agent and verb", _AGENT_ZH + r"[^。；]{0,14}?(?:" + _WEAK_ZH + r")(?:了|着|出|起)?(?!\s*[\d一二三四五六七八九十百千两{%至到约超近幅])[^，,。]{0,10}" + _OUTCOME_ZH),
    ("agent for", _AGENT_ZH + r"[^。；]{0,12}(?:为|给|帮助?|替)" + r"[^，,。]{1,12}(?:赢得|节省|输送|带来|缩短|争取|留|送来|提供了|增添|减|创造|开展|处理|培养了|" + _WEAK_ZH + ")"),
    ("agent draws", _AGENT_ZH + r"[^。；]{0,16}(?:吸引|引来|招来|留下了|留得住|稳住|挽留|引导|引向|分流)[^，,。]{0,3}" + _any(_OUTCOME_ZH, "了")),
    ("agent decides", r"(?:待遇|薪酬|改革|政策|团队|管理|人才)[^，,。]{0,6}(?:决定)|起(?:了)?决定"),
    ("outcome of", r"了[，,][^，,。]{1,14}(?:就|便|也就|自然)[^，,。]{1,10}|(?:让|使|令)(?!用)[^，,。]{1,12}(?:更|变|得以|能|可以|不再|回到|留|愿意|安心|多|少|增|减|翻|提|升|降|缩)|(?:把|将)[^，,。]{1,14}(?:送|拉|推|带|变|还给|提|抬|托|扶|引|赶|领|压|降|救)(?:出|进|到|上|下|成|入|向|了|高|给|回)|贡献了|产出[^，,。]{0,3}项|(?:倘若|假若|假使|要是)[^。]{2,30}[，,]|出自(?:与|对|改革|政策)|由[^，,。]{1,8}(?:驱动|推动|带动|造成|引起|促成)|多了[，,].{0,10}少了|[，,]结果(?!为|是|显示|公布|如|见|未|不|在)|这要感谢|要感谢|转折点|分水岭|就[^，,。]{1,8}不下去|足以说明|不言自明|一目了然|有目共睹|离开[^，,。]{2,16}[，,][^。]{0,20}(?:不会|不能|无法存|难以)|哪里[^，,。]{1,10}[，,]?[^，,。]{0,8}就|(?<![个\d一二三四五六七八九十])省下(?!降)|难怪|怪不得|推着|拖住|拖后腿|说明了[^，,。]{0,12}为何"),
    ("onset", r"(?:搬|通车|开张|开业|挂牌|签约|投用|合并|改制|撤并|铺开|停办)[^，,。]{0,6}[，,][^。]{0,10}(?:便|把|就|像|蜂拥)|牌子一挂|做得好的[^，,。]{1,6}[，,][^，,。]{1,8}就|(?:自打|自从|打从)[^，,。]{2,16}[，,][^。]{0,20}(?:一天比一天|一年比一年|再没|再不|再也|不再|日渐|越来越|节节|年年)|" + _AGENT_ZH + r"[^，,。]{0,6}一(?:落地|出台|通|撤|到|来|走|停|上线|推行|实施|进驻|取消|涨|放开|签|挂牌)[，,便就]|[，,][^，,。]{0,12}(?:再没|再不用|再也不|再也没|应声|随后便|就此(?:改|扭|消|打|有了|没了)|便(?:满|退|空|涨|跌|散)了)"),
    ("then", _AGENT_ZH + r"[^。；，,]{0,14}(?:了|后|变|起来|上去|下去|到位|成效)[，,][^，,。]{0,12}(?:就|便|才|自然|开始|又|也|年年|一年比一年|上了?一?个?新?台阶|翻了身)(?!\d)|[，,](?:也)?救活|脱不开|脱不了|归(?:到|因到|在)[^，,。]{2,16}(?:上|头上|身上)"),
    ("counterfactual", r"只要[^，,。]{2,16}[，,][^。]{0,12}(?:马上|就能|就会|便能|便会|自然)|没有[^，,。]{1,20}[，,][^。]{0,16}(?:早|散伙|关门|撑不|办不|留不|活不|开不)"),
    ("more makes less", r"(?:多|少|高|低|紧|松|强|弱|慢|快|满)了[^，,。]{0,6}[，,][^，,。]{1,10}(?:自然|也就|就|便)(?:也)?(?:多|少|高|低|快|慢|短|长|满|空|好|差)了?|(高|低|快|慢|好|差|少|多|短|长)[，,]\1(?:就)?在"),
    ("fruit", r"(?:结下|结出)的?[^，,。]{0,4}果|立了?[^，,。]{0,2}功|少不了[^，,。]{2,}|是头一条|说到底(?:是|就是)|换回了?|强心针|[，,](?:怪|坏在|亏在|赢在|输在|胜在|败在|全在|都在)[^，,。]{2,}|伤了[^，,。]{2,10}的心|(?:底气|根子|病根|症结)(?:所?在|就?是)|是[^，,。]{2,16}的(?:直接|主要|根本)?(?:缘由|由头|祸根)|是[^，,。]{2,12}闹的|打开了?局面|越[^，,。]{1,4}[，,][^，,。]{1,8}越|(?:多|少|高|低|好|差|紧)[，,][^，,。]{1,6}自然(?:多|少|高|低|好|差|紧)|(?:记|立)(?:下|了)?(?:头|首|一|大)功|(?:改革|政策|人才|共建|托管|合作|考核|薪酬)[^，,。]{0,4}(?:红利|甜头|果实|后遗症)|交出的答卷|吃的?是[^，,。]{2,12}的饭|成了[^，,。]{2,24}的(?:起点|转机|契机|功臣|助力)|是[^，,。]{1,16}(?:欠下|养大|逼出|堆出|撑起|催生|拼出|带出|堆起|撑起|教出|惯出|挤出)(?:来|出来|起来)?的"),
    ("only then", r"[，,][^，,。]{0,8}才(?:添|买|建|招|开|养|留|撑|请|办)(?:得|出|起|到|来|了)"),
    ("image", r"(?:" + _AGENT_ZH + r"|外流|流失|检查互认|互认|结余|扩得猛|[院学][士者]工作站|短缺)[^。；，,]{0,10}(?:掏空|点燃|催熟|催热|逼出|养活|撑起|腾空|掀起|擦亮|救活|浇灭|压垮|拖垮|吃掉|挤掉|挤出|砍掉|抹平|熨平|填平|榨干|拧干|稀释|摊薄|吸走|抽走|抽干|填满|塞满|省出|抢出|夯实|筑牢|扎牢|孵化|养大|喂大)"),
    ("therewith", r"(?:出台|实施|开业|启用|推行|上线|落地|施行|改革|引进|到来)后?[，,][^。]{0,12}(?:随之|随即|纷纷|立刻|马上|应声|就不再|自然)"),
)  # fmt: skip
_INTERVENTION_ZH = re.compile(
    r"托管|接管|共建|合作|联合|改革|政策|新政|计划|项目|考核|薪酬|绩效|高薪|加薪|涨薪|奖金|津贴|补贴|补助|基金|投入|投资|激励|集团|医共体|医联体|联盟|帮扶|支援|试点|中心|平台|数字化|信息化|远程|预约|引进|引才|人才库|人才卡|团队|院长|教授|名医|专家|管理"
    r"|合并|合作|重组|整合|培训|培养|安家费|房价|支付|付费|付费|医保|报销|采购|集采|限床令|新规|收费|竞争|老龄化|收入|新楼|新医院|分级诊疗|封控|放权|签约|日间手术|监督|监管|下派|下沉|短缺|工资|津贴|人才基金|招聘|有计划|价格|设备|技术"
)  # fmt: skip
_MOVEMENT_ZH = re.compile(
    r"上升|下降|下滑|下跌|增加|增长|减少|锐减|大增|大减|提高|提升|缩短|改善|好转|扭转|翻番|翻倍|壮大|前移|前进|进步|跃升|攀升|突飞|猛进|消失|流失|回流|留下|留任|不再|更多|更少|更高|更低|更好|更强|更短|更长|更有|少了|多了|快了|短了|越|少住|多看|来三|引来|引导|激励|坚定|限制|减压|减了|提了上去|降了下来"
    r"|升至|降至|升到|降到|斐然|回报|兑现|达到了?预期|预期效果|强科|分流|转向|反应|变强|变好|变短|变少|受益|降低|带成|进入前|难辞其咎|靠|归到|来自|有用|有效|实现了"
)
_DISOWNED_ZH = re.compile(
    r"不作(?:[^，,。]{0,4})(?:判断|推断|解释|说明)|无法(?!获|留|吸|看|开|做|得到|享|满)|无从判断|不能(?:说|判断|归|断定|确定|证明|说明|认为|识别|推断|据此|区分|解释|作)|不可(?:说|归|判断|据此)|回答不了|看不出|不得而知|不详|未知|尚不清楚|是否|有没有(?![^。]*(?:决定|不一样|就(?:是|有|没)))|能否|不指明|不说明(?:原因|因果)|不等于|不意味|不是(?:因果|原因|证据|结果)|不表示|不构成|不代表|并非(?!偶然|没有|不)"
    r"|可能另有|另有(?:原因|解释)|包含零|含零|需要对照|需对照|因果解读|不解释|不判断|不作|未作|待查|存疑|拟|提出|旨在|力争|计划(?:到|于|在(?=\d|今|明|本|年|[^，,。]{0,8}年))|目标(?:是|为)|规划要求|意在|争取到|假设|假定|若要|怎样|(?<!比)什么|为何|如何|吗|？$|(.)不\1|[，,]还是|不足以|看不[到见](?=[^，,。]{0,8}(?:效果|效应|影响|原因|因果|作用))|不讨论|不涉及|孰|没有回答|不要求|不宜|不问|谁先谁后|没有检验|检验没有通过|不评价|这(?:只)?是描述|(?:难以|不易|不好)(?:区|分)|没有问|没有方向|不涉及方向|看法不一|不一定|未[经作]?检验|先后无从|无从|不推断|不归因|方向也可能|没有给出|未说明|未给出|应当?(?:提高|降低|增加)|要求",
)  # fmt: skip
_ATTRIBUTED_ZH = re.compile(
    r"(?:来源|文件|公报|通报|报告|报道|作者|原文|医院|院方|官方|该[省市县院]|文中|材料|论文|发布者)(?:中|里|将[^，。]{0,10})?(?:称|说|写道|认为|宣称|指出|表示|自称|归功|归因|描述)|据[^，,。]{1,12}(?:称|说|报道|介绍|透露|报)|(?:来源|文件|公报|通报|通知|公告|报告|报道|作者|医院|院方|官方|公众号|院长|讲话|领导)[^，,。]{0,8}(?:写着|援引|引述|介绍|归于|归结|归功|归因|记作)|(?:据|按)[^，,。]{1,12}(?:网站|官网|公众号|新闻稿|的说法)|(?:新闻稿|网站|公众号|院长|受访者)[^，,。]{0,8}(?:说|称|把[^，,。]{2,12}说成)|原话|自己的(?:话|说法)|自述|来源的说法|转述|照录|引号|^[^“，,]{0,16}“[^”]{8,}”[^，,]{0,8}$"
)
_ABOUT_DATA_ZH = re.compile(
    r"口径|缺失|缺少|缺数|缺(?=[，,。])|未列|不列|未印|未公布|尚未|未收|不显示|不作|不计|不排|不可比|不比较|不参与|不能比|取整|四舍五入|整取|统计时点|只印|印出|仅有|只公布|没有(?:收录|公布|规定|数值|名单|页面|印出|数字)|基年|区间(?:重叠|相交)|不画|不入图|不是(?:转化|百分)|断开|不下结论|不知道|碰上|核对|排序|次序|牵动|权重|并列|对角线|误差|取自|算法|公式|打分|没有页|只有(?:一|两|二|三|几|个|\d)|数据(?:缺|不足|未)|数列|(?:为|是|作)(?:下限|上限)|合计|分项|区间较?宽|没有(?:估计|对照|设计)|类别不同|改了表|分母|分子|样本|权重|列出|重复计|重算|重新统计|普查|修订|版本|单位|图中|表中|坐标|编码|标注|标记|引用此数|精度|小数|推算|估算|定义|同一来源|另一来源|未找到|未收录|剔除|略去|加和"
)


# patterns that a reason of the data's own ("because the count is missing") also meets
ABOUT_REASONS = frozenset(
    {"because", "therefore", "reason", "explain", "effect", "affect", "strong verb", "counterfactual"}
)
_SIDE_BY_SIDE_ZH = _INTERVENTION_ZH, _MOVEMENT_ZH


# a comparison of those with and without names no cause
_EVERYWHERE = re.compile(
    r"\b(?:elsewhere|alike|the rest|other (?:provinces|hospitals|places|cities))\b|其他(?:省|地|医院|城市|各)|都是如此|也是如此",
    re.IGNORECASE,
)
# what moves in health care, and who may move it without a claim: a place or a hospital that acts itself, a document, a quantity
_OUTCOME = _any(
    "stays?", "rank(?:ing)?s?", "wait(?:s|ing(?: times?)?)?", "queues?", "beds?", "doctors?", "nurses?", "staff", "quality", "visits?", "admissions?", "mortality", "deaths?", "death rates?", "lives", "costs?",
    "spending", "prices?", "share of", "transfers?", "referrals?", "care", "efficiency", "complications?", "infections?", "readmissions?", "turnover", "patients?", "numbers?", "scores?", "output", "services?",
    "incomes?", "satisfaction", "shortages?", "gaps?", "burdens?", "workloads?", "departments?", "retention", "capacity", "access", "length of", "surg(?:ery|eries)", "operations?", "tests?", "errors?", "vacanc(?:y|ies)",
    "outflows?", "demand", "morale", "publications?", "techniques", "prescri\\w+", "discharges?",
) + r"\b"  # fmt: skip
_TRANSITIVE = re.compile(
    r"\b(?P<subject>[\w'{}-]+)\s+(?:has |have |had |also |then |greatly |clearly |will )*"
    + _any(_WEAK, _STRONG)
    + r"\s+(?:up |down |back |off |away )?(?:(?:the|its|their|a|an|more|fewer|many|most)\s+)?(?:[\w-]+\s+){0,3}?"
    + _OUTCOME,
    re.IGNORECASE,
)
_ACTS_ITSELF = re.compile(
    r"(?:hospitals?|provinces?|cit(?:y|ies)|count(?:y|ies)|it|they|he|she|we|which|nation|country|ministry|committee|government|bureau|document|bulletin|notebook|page|publisher|regions?|places?|clear|net|one|each|largest|smallest|to|not|and|or|of|in|that|for|with|by|the|a|an|its|has|have|had|are|is|was|were|be|years?|{\w+}|\d+)$",
    re.IGNORECASE,
)
_TRANSITIVE_ZH = re.compile(
    "(?P<subject>[^，,。；：:、（）()]{1,14}?)(?:也|还|都|已|又|大大|明显|直接|进一步|成功|有效|不断)?(?:"
    + _WEAK_ZH
    + ")(?:了|着)?(?:[^，,。；\\d]{0,6})"
    + _OUTCOME_ZH
)
_ACTS_ITSELF_ZH = re.compile(
    r"(?:院|省|市|县|区|国|年|月|日|我们|该地|各地|政府|委|局|本页|文件|公报|的|或|和|与|不|未|以|}|\d|要|将|可|需|应|以上|以下)$|^[一二三四五六七八九十两\d]"
)


def _open_subject(clause: str, chinese: bool) -> Found | None:
    pattern, harmless = (_TRANSITIVE_ZH, _ACTS_ITSELF_ZH) if chinese else (_TRANSITIVE, _ACTS_ITSELF)
    for found in pattern.finditer(clause):
        if not harmless.search(found["subject"]):
            return Found(found.group().strip(), "something moves an outcome")
    return None


def clauses(text: str) -> list[str]:
    """The clauses of a text, each judged by itself; a quotation is not broken."""
    whole = _QUOTED.sub(lambda quote: re.sub(r"[。；;！!？?.]", " ", quote.group()), text)
    return [part.strip() for part in _SPLIT.split(whole) if part and part.strip()]


def _hit(clause: str, rules: tuple[tuple[str, re.Pattern[str]], ...], about_data: bool) -> Found | None:
    for name, pattern in rules:
        if about_data and name in ABOUT_REASONS:
            continue
        if found := pattern.search(clause):
            return Found(found.group().strip(), name)
    return None


# one sign each for who acts, what changes and the verb between, in the order of a clause (`likeness`)
CLASSES = {
    "zh": likeness.Classes(
        {"甲": _longest_first(_AGENT_ZH), "乙": _longest_first(_OUTCOME_ZH), "丁": _longest_first(_WEAK_ZH)}
    ),
    "en": likeness.Classes(
        {
            "A": re.compile(_AGENT, re.IGNORECASE),
            "O": re.compile(_OUTCOME, re.IGNORECASE),
            "V": re.compile(_any(_WEAK, _STRONG, _IMAGE), re.IGNORECASE),
        }
    ),
}


def passed_over(clause: str) -> bool:
    """Whether a clause disowns a cause, asks, or gives its source's own claim: it claims none itself."""
    disowned, attributed = (
        (_DISOWNED_ZH, _ATTRIBUTED_ZH) if CHINESE.search(clause) else (_DISOWNED, _ATTRIBUTED)
    )
    return bool(disowned.search(clause) or attributed.search(clause))


def _said(clause: str) -> Found | None:
    """A construction that says a cause in so many words."""
    data, rules = (_ABOUT_DATA_ZH, _CHINESE) if CHINESE.search(clause) else (_ABOUT_DATA, _ENGLISH)
    return _hit(clause, rules, bool(data.search(clause)))


def _suggested(clause: str) -> Found | None:
    """What acts and what moves, side by side: the reader draws the cause."""
    chinese = bool(CHINESE.search(clause))
    if (_ABOUT_DATA_ZH if chinese else _ABOUT_DATA).search(clause):
        return None
    if found := _open_subject(clause, chinese):
        return found
    intervention, movement = _SIDE_BY_SIDE_ZH if chinese else _SIDE_BY_SIDE
    if (
        not _EVERYWHERE.search(clause)
        and (what := intervention.search(clause))
        and (moved := movement.search(clause))
    ):
        return Found(f"{what.group()} … {moved.group()}", "intervention and movement")
    return None


def _alike(clause: str) -> Found | None:
    """A clause that stands nearer to the labelled claims of cause than to the labelled harmless sentences."""
    lang = "zh" if CHINESE.search(clause) else "en"
    if likeness.short(clause, lang):
        return _suggested(clause)
    return Found(clause, LIKE) if likeness.score(clause, lang, CLASSES[lang]) > 0 else None


def _first(text: str, *nets: Callable[[str], Found | None]) -> Found | None:
    judged = (clause for clause in clauses(text) if not passed_over(clause))
    return next((found for clause in judged for net in nets if (found := net(clause))), None)


def said(text: str) -> Found | None:
    """The construction by which a text says a cause in so many words, or None."""
    return _first(text, _said)


def met(text: str) -> Found | None:
    """The construction that a template of the collection meets and that a person therefore reviews, or None.

    >>> met("Most of the gain is attributable to co-building.").pattern
    'attribute'
    >>> met("The change of 2020 is not shown, because the 2020 count is missing.")
    """
    return _first(text, _said, _suggested)


def cause(text: str) -> Found | None:
    """By what a free text claims a cause as its own, or None when neither a pattern nor the score of its parts finds one.

    Each clause is judged in its own language. None means "nothing met", never "free of cause".

    >>> cause("Most of the gain is attributable to co-building.").pattern
    'attribute'
    >>> cause("The county lacked surgeons, and the alliance supplied them.").pattern
    'reads like a claim of cause'
    >>> cause("The change of 2020 is not shown, because the 2020 count is missing.")
    """
    return _first(text, _said, _alike)


@cache
def reviewed() -> dict[str, str]:
    """Templates that a person has read although the net meets them, as typed and as printed: template -> its kind of claim."""
    with Path(__file__).with_name("claims_reviewed.csv").open(encoding="utf-8", newline="") as file:
        kinds = {row["template"]: row["kind"] for row in csv.DictReader(file)}
    return kinds | {re.sub(r"(?<=[A-Za-z0-9}])'", "’", template): kind for template, kind in kinds.items()}


def measured(file: Path) -> str:
    """The rates on a file of sentences (lang, causal, part, text) as rows of a table in Markdown."""
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    lines = []
    for part, lang in sorted({(row["part"], row["lang"]) for row in rows}):
        cells = []
        for causal in "10":
            hits = [
                bool(cause(r["text"]))
                for r in rows
                if (r["part"], r["lang"], r["causal"]) == (part, lang, causal)
            ]
            cells.append(f"{sum(hits)} of {len(hits)}")
        lines.append(f"| {part} | {lang} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    import sys

    print(measured(Path(sys.argv[1])))
